-- Who takes people out: brokers among those who went, agencies, labour companies and co-operatives; and whom each took, a third of
-- the people who were taken by somebody like them. Every sixth vehicle is an organiser's.
CREATE TEMP TABLE demo_leader ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY pg_temp.pick(p.i, 101, 1000000), p.i) - 1 AS n, p.worker_id, p.village, w.name
FROM demo_person p JOIN workers_worker w ON w.id = p.worker_id WHERE p.fate < 46 AND pg_temp.pick(p.i, 102, 100) < 50
ORDER BY 1 LIMIT 36;

INSERT INTO employment_organiser (name, kind, level, worker_id, place_code, phone, recognised_on, ended_on, note)
SELECT l.name, 'broker', CASE WHEN l.n < 4 THEN '省级' WHEN l.n < 12 THEN '市级' WHEN l.n < 30 THEN '县级' ELSE '' END, l.worker_id, l.village,
  '138' || lpad((11000000 + l.n)::text, 8, '0'), %(today)s::date - 900 + 20 * l.n::int, CASE WHEN l.n = 35 THEN %(today)s::date - 10 END,
  (ARRAY['带模架班组','电子厂带班','服装厂带班','物流分拣带班'])[1 + l.n %% 4]
FROM demo_leader l;

INSERT INTO employment_organiser (name, kind, credit_code, licence_no, licence_until, place_code, phone, recognised_on)
SELECT a.name || '人力资源服务有限公司', 'agency', NULL, '人社许可〔2023〕' || lpad((a.n + 1)::text, 3, '0') || '号',
  %(today)s::date + CASE a.n WHEN 0 THEN -15 WHEN 1 THEN 40 ELSE 300 + 60 * a.n::int END, CASE WHEN a.n < 6 THEN %(root)s ELSE '440113' END, '13900000001', %(today)s::date - 1000
FROM (SELECT n - 1 AS n, name FROM unnest(ARRAY['黔兴','黔进','夜郎','乌江源','新程','百里','番禺粤聘','广交','东联']) WITH ORDINALITY AS u(name, n)) a;

INSERT INTO employment_organiser (name, kind, place_code, phone, recognised_on)
SELECT %(county)s || '劳务开发有限公司', 'company', %(root)s, '13900000002', %(today)s::date - 1200
UNION ALL SELECT t.name || '劳务公司', 'company', t.code, '', %(today)s::date - 700 FROM demo_township t WHERE t.place < 4
UNION ALL SELECT t.name || '劳务合作社', 'coop', t.code, '', %(today)s::date - 600 FROM demo_township t WHERE t.place BETWEEN 4 AND 15;

CREATE TEMP TABLE demo_taker ON COMMIT DROP AS
SELECT id, kind, place_code, row_number() OVER (PARTITION BY kind IN ('company', 'coop'), kind = 'broker' ORDER BY id) - 1 AS place,
  count(*) OVER (PARTITION BY kind IN ('company', 'coop'), kind = 'broker') AS many,
  CASE WHEN kind = 'broker' THEN 'broker' WHEN kind = 'agency' THEN 'agency' ELSE 'firm' END AS sort
FROM employment_organiser WHERE ended_on IS NULL;

-- A broker's people live in the broker's township; who worked for an agency or a company was taken by one of them, mostly.
UPDATE employment_declaredjob j SET organiser_id = t.id, updated_at = now()
FROM demo_taker t WHERE pg_temp.pick(j.id, 103, 10) < 8
  AND t.sort = CASE j.channel WHEN '人力资源机构' THEN 'agency' WHEN '劳务公司(合作社)' THEN 'firm' END
  AND t.place = pg_temp.pick(j.id, 104, t.many);

UPDATE employment_declaredjob j SET organiser_id = b.id, channel = '劳务经纪人', updated_at = now()
FROM workers_worker w JOIN demo_person p ON p.worker_id = w.id
CROSS JOIN LATERAL (
  SELECT t.id FROM demo_taker t WHERE t.sort = 'broker' AND left(t.place_code, 9) = left(w.village_code, 9) ORDER BY t.id LIMIT 1) b
WHERE j.worker_id = w.id AND j.channel = '亲友介绍' AND pg_temp.pick(j.id, 105, 10) < 3;

UPDATE dispatch_trip v SET organiser = o.name, organised_by_id = o.id, updated_at = now()
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM dispatch_trip) x, demo_taker t JOIN employment_organiser o ON o.id = t.id
WHERE v.id = x.id AND x.place %% 6 = 2 AND t.sort = 'agency' AND t.place = pg_temp.pick(x.place, 107, t.many);
