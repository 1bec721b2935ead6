-- What came of the two campaigns of the demo county: an autumn round of one township, finished, checked and visited again in part, and
-- the county's winter round in the middle of its way.
UPDATE surveys_visittask t SET surveyor_id = u.id, assigned_on = c.starts_on
FROM surveys_campaign c, accounts_user u
WHERE c.id = t.campaign_id AND t.surveyor_id IS NULL AND u.role = 'village_assistant' AND u.scope_division = left(t.village_code, 9)
  AND (c.id = %(autumn)s OR pg_temp.pick(hashtext(t.village_code), 91, 100) < 93);

UPDATE surveys_visittask t SET assigned_on = c.starts_on FROM surveys_campaign c WHERE c.id = t.campaign_id AND t.assigned_on > c.starts_on;

-- met: somebody answered; absent and moved: nobody did; the rest is still to be visited.
CREATE TEMP TABLE demo_door ON COMMIT DROP AS
SELECT t.id, t.campaign_id, t.household_id, t.village_code, t.surveyor_id, x.outcome,
  t.surveyor_id = (SELECT id FROM accounts_user WHERE username = 'village_assistant') AS mine,
  least(c.starts_on + 1 + pg_temp.pick(t.id, 92, CASE WHEN c.id = %(autumn)s THEN 55 ELSE 18 END)::int, %(today)s::date) AS day,
  CASE WHEN x.outcome = 'absent' AND c.id <> %(autumn)s THEN 'absent' WHEN x.outcome = 'moved' AND c.id <> %(autumn)s THEN 'moved'
       WHEN c.id = %(autumn)s THEN 'submitted' WHEN x.luck < 18 THEN 'visited' WHEN x.luck < 20 THEN 'returned' ELSE 'submitted' END AS state
FROM surveys_visittask t JOIN surveys_campaign c ON c.id = t.campaign_id
CROSS JOIN LATERAL (SELECT pg_temp.pick(t.id, 93, 100) AS luck) l
CROSS JOIN LATERAL (SELECT l.luck, CASE WHEN l.luck >= 98 THEN 'moved' WHEN l.luck >= 94 THEN 'absent' ELSE 'met' END AS outcome) x
WHERE t.surveyor_id IS NOT NULL AND (c.id = %(autumn)s OR l.luck < 42 OR l.luck >= 94);
ANALYZE demo_door;

INSERT INTO surveys_doorvisit (task_id, user_id, visited_on, channel, outcome, note)
SELECT d.id, d.surveyor_id, d.day - n.days, '上门', d.outcome, '' FROM demo_door d
CROSS JOIN LATERAL (VALUES (0), (1), (2)) AS n(days) WHERE n.days = 0 OR d.outcome = 'absent' AND d.campaign_id = %(autumn)s;

UPDATE surveys_visittask t SET state = d.state, visited_on = CASE WHEN d.outcome = 'met' THEN d.day END, channel = '上门',
  misses = CASE WHEN d.outcome <> 'absent' THEN 0 WHEN d.campaign_id = %(autumn)s THEN 3 ELSE 1 END,
  missed_on = CASE WHEN d.outcome = 'absent' THEN d.day END,
  reason = CASE WHEN d.state = 'returned' THEN '联系电话打不通，请重新核对。' ELSE '' END
FROM demo_door d WHERE d.id = t.id;

-- Of every eighth person an answer differs from what the file said; in the finished round the file has it by now.
INSERT INTO surveys_survey (task_id, worker_id, name, id_number, relation, visited_on, surveyor_id, answers, changes, applied_at)
SELECT d.id, w.id, '', '', '', d.day, d.surveyor_id, a.said || x.changes, x.changes,
  CASE WHEN d.campaign_id = %(autumn)s THEN (d.day + 5 + time '10:00') AT TIME ZONE 'Asia/Shanghai' END
FROM demo_door d JOIN workers_worker w ON w.household_id = d.household_id
CROSS JOIN LATERAL (SELECT jsonb_build_object('labour_status', w.labour_status, 'work_place', CASE w.labour_status WHEN '省外务工' THEN '广东'
    WHEN '省内务工' THEN '贵阳' END, 'phone', w.phone, 'intention', nullif(w.intention, ''), 'intended_place', nullif(w.intended_place, ''),
  'expected_wage', w.expected_wage::text, 'wanted_job', nullif(w.wanted_job, ''), 'training_wish', nullif(w.training_wish, ''),
  'startup_wish', nullif(w.startup_wish, ''), 'skill', nullif(w.skill, ''), 'skill_level', nullif(w.skill_level, '')) AS said) a
CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.pick(w.id, 94, CASE WHEN d.mine THEN 2 ELSE 8 END) > 0 THEN '{}'::jsonb
  WHEN d.campaign_id = %(autumn)s THEN jsonb_build_object('expected_wage', w.expected_wage::text, 'labour_status', w.labour_status)
  WHEN pg_temp.pick(w.id, 95, 2) = 0 THEN jsonb_build_object('expected_wage', (4200 + 100 * pg_temp.pick(w.id, 96, 30))::text || '.00')
  ELSE jsonb_build_object('intention', '就近就业', 'training_wish', '愿意') END AS changes) x
WHERE d.outcome = 'met';

UPDATE workers_worker w SET visited_on = greatest(w.visited_on, s.visited_on), visited_by = u.full_name
FROM surveys_survey s JOIN accounts_user u ON u.id = s.surveyor_id WHERE s.worker_id = w.id AND s.applied_at IS NOT NULL AND w.visited_on < s.visited_on;

UPDATE surveys_visittask SET state = 'accepted', checked_by_id = (SELECT id FROM accounts_user WHERE username = 'township_officer')
WHERE campaign_id = %(autumn)s AND state = 'submitted';

ANALYZE surveys_survey;
ANALYZE surveys_visittask;

-- In the demo village somebody at the county changed what the visit changed, too.
INSERT INTO surveys_surveyclash (survey_id, field, base, theirs, mine, choice)
SELECT s.id, change.key, '', coalesce(to_jsonb(w) ->> change.key, ''), change.value, ''
FROM surveys_survey s JOIN surveys_visittask t ON t.id = s.task_id JOIN demo_door d ON d.id = t.id AND d.mine
JOIN workers_worker w ON w.id = s.worker_id CROSS JOIN LATERAL jsonb_each_text(s.changes) AS change
WHERE t.campaign_id = %(winter)s AND t.state IN ('visited', 'returned') AND change.value <> nullif(to_jsonb(w) ->> change.key, '')
ORDER BY s.id, change.key LIMIT 3
