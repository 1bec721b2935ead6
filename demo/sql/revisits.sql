-- Four in five of the households drawn were visited again; in one of six something was found different.
INSERT INTO surveys_revisit (task_id, user_id, visited_on, channel, compared, differing, findings, note)
SELECT t.id, u.id, c.closed_on, '上门', 8, jsonb_array_length(f.findings), f.findings, ''
FROM surveys_visittask t JOIN surveys_campaign c ON c.id = t.campaign_id JOIN accounts_user u ON u.username = 'township_officer'
CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.pick(t.id, 98, 6) > 0 THEN '[]'::jsonb ELSE (
  SELECT jsonb_agg(jsonb_build_object('survey', s.id, 'field', 'expected_wage', 'first', coalesce(s.answers ->> 'expected_wage', ''), 'second', '4800.00'))
  FROM (SELECT * FROM surveys_survey WHERE task_id = t.id ORDER BY id LIMIT 1) s) END AS findings) f
WHERE t.campaign_id = %(autumn)s AND t.sampled AND pg_temp.pick(t.id, 97, 5) > 0
