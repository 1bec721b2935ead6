-- What the list of people is narrowed by and the world of job spells does not tell: employers, channels, work inside the province,
-- skills with certificates, wishes, resettlement sites. Trades, sites and employers are unevenly common.
INSERT INTO employment_employer (name, credit_code, place_code, industry, contact, phone, key_employer, stub)
SELECT (ARRAY['广东','广州','东莞市','佛山','宁波','杭州'])[1 + pg_temp.pick(i, 81, 6)]
  || (ARRAY['恒达','金海','远大','宏图','华美','新科','双龙','永盛','安泰','百川'])[1 + pg_temp.pick(i, 82, 10)] || i
  || (ARRAY['电子有限公司','制衣有限公司','五金制品厂','家具有限公司','物流有限公司','建筑工程有限公司'])[1 + pg_temp.pick(i, 83, 6)],
  '9144' || lpad(i::text, 14, '0'), '440113', '', '', '', false, false
FROM generate_series(1, %(scale)s / 50) AS i;

CREATE TEMP TABLE firm AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM employment_employer;
CREATE UNIQUE INDEX ON firm (place);
ANALYZE firm;

UPDATE employment_spell s SET
  employer_id = (SELECT f.id FROM firm f WHERE f.place = CASE WHEN pg_temp.pick(s.id, 84, 3) = 0 THEN pg_temp.pick(s.id, 85, 20)
    ELSE pg_temp.pick(s.id, 85, (SELECT count(*) FROM firm)) END),
  place_code = CASE pg_temp.pick(s.id, 86, 12) WHEN 0 THEN '520102' WHEN 1 THEN '520527' WHEN 2 THEN '' ELSE s.place_code END,
  channel = (ARRAY['政府组织','自主外出','自主外出','亲友介绍','人力资源机构'])[1 + pg_temp.pick(s.id, 87, 5)],
  organised = pg_temp.pick(s.id, 88, 3) = 0;

INSERT INTO skills_skill (worker_id, name, level, cert_type, cert_number, issuer, issued_on, note)
SELECT w.id,
  CASE WHEN pg_temp.pick(w.id, 92, 3) = 0 THEN '特种工' || pg_temp.pick(w.id, 93, 400) || '号'
    ELSE (ARRAY['焊工','电工','中式烹调师','家政服务员','育婴员','砌筑工','缝纫工','叉车司机'])[1 + pg_temp.pick(w.id + n, 94, 8)] END,
  nullif(pg_temp.pick(w.id + n, 95, 7), 0), (ARRAY['职业技能等级证书','职业技能等级证书','培训合格证书','特种作业操作证'])[1 + pg_temp.pick(w.id, 96, 4)],
  'L' || w.id || '-' || n, '毕节职业技术学院', date '2024-05-01', ''
FROM workers_worker w CROSS JOIN (VALUES (0), (1)) AS twice(n)
WHERE pg_temp.pick(w.id, 90, 4) = 0 AND (n = 0 OR pg_temp.pick(w.id, 91, 5) = 0);

UPDATE workers_worker SET resettlement_site = (ARRAY['金银山','银山','古达','七里店'])[1 + least(pg_temp.pick(id, 97, 5), 3)] || '安置点'
WHERE pg_temp.pick(id, 98, 12) = 0;

UPDATE workers_worker SET startup_wish = CASE WHEN pg_temp.pick(id, 99, 40) = 0 THEN '民宿' || pg_temp.pick(id, 100, 300) ELSE '农家乐' END
WHERE pg_temp.pick(id, 101, 12) = 0;

-- Organisers, unevenly busy, and the rows of 务工台账 of those they took out.
INSERT INTO employment_organiser (name, kind, place_code)
SELECT (ARRAY['金海','银海','恒通','远航','长风'])[1 + pg_temp.pick(i, 111, 5)] || i || '劳务有限公司', 'company', '520527'
FROM generate_series(1, greatest(%(scale)s / 2000, 10)) AS i;

CREATE TEMP TABLE leader AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM employment_organiser;

INSERT INTO employment_declaredjob (worker_id, start_on, end_reason, place_code, job_title, channel, organiser_id)
SELECT w.id, date '2024-02-20', '', '441900', '', '劳务公司(合作社)',
  (SELECT id FROM leader WHERE place = pg_temp.pick(w.id, 112, (SELECT count(*) FROM leader)))
FROM workers_worker w WHERE pg_temp.pick(w.id, 113, 10) = 0;
