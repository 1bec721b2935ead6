-- A certificate for one in three of those who told a skill, issued while they were grown up.
INSERT INTO skills_skill (worker_id, name, level, cert_type, cert_number, issuer, issued_on, note)
SELECT w.id, w.skill, 2 + pg_temp.pick(p.i, 71, 3), CASE WHEN pg_temp.pick(p.i, 72, 5) = 0 THEN '培训合格证书' ELSE '职业技能等级证书' END,
  'Y' || lpad(p.i::text, 12, '0'), (ARRAY['毕节职业技术学院', '赫章县职业技术学校', '贵州省职业技能鉴定中心'])[1 + pg_temp.pick(p.i, 73, 3)],
  %(today)s::date - 90 - pg_temp.pick(p.i, 74, 500)::int, ''
FROM demo_person p JOIN workers_worker w ON w.id = p.worker_id WHERE w.skill <> '' AND pg_temp.pick(p.i, 70, 3) = 0;
