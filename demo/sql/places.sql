-- Recognised workplaces in the townships with their staff, brands with their members, and who came home for the festival.
CREATE TEMP TABLE demo_township ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY code) - 1 AS place, code, name FROM divisions_division
WHERE level = 'township' AND effective_to IS NULL AND code LIKE %(root)s || '%%';

CREATE TEMP TABLE demo_workplace ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY k.place, g.n) - 1 AS place, k.kind, k.prefix || lpad((g.n + 1)::text, 3, '0') AS code,
  t.code AS township, CASE WHEN k.kind = '一县一企基地' THEN %(county)s ELSE t.name END || k.word || CASE WHEN g.n >= c.many THEN (g.n / c.many + 1)::text ELSE '' END AS name,
  %(today)s::date - 200 - pg_temp.pick(g.n * 10 + k.place, 81, 700)::int AS recognised_on, k.size + pg_temp.pick(g.n * 10 + k.place, 82, greatest(k.size, 1))::int AS posts,
  pg_temp.pick(g.n * 10 + k.place, 83, 100) AS fate
FROM (VALUES (0, '就业帮扶车间', 'CJ-', '就业帮扶车间', 20, 45), (1, '一县一企基地', 'JD-', '稳岗就业基地', 60, 3), (2, '公益性岗位', 'GY-', '公益性岗位', 15, 31),
  (3, '零工市场', 'LG-', '零工市场', 0, 1), (4, '零工驿站', 'YZ-', '零工驿站', 0, 12), (5, '公共实训基地', 'SX-', '公共实训基地', 0, 1)
) AS k(place, kind, prefix, word, size, many)
CROSS JOIN LATERAL generate_series(0, k.many - 1) AS g(n)
CROSS JOIN (SELECT count(*) AS many FROM demo_township) c
JOIN demo_township t ON t.place = (g.n * CASE WHEN k.many <= 3 THEN 7 ELSE 1 END) %% c.many;

INSERT INTO employment_workplace (code, name, kind, township_code, recognised_on, operator_id, posts, withdrawn_on, state,
  applied_on, inspected_on, noticed_on, noticed_until, document)
SELECT w.code, w.name, w.kind, w.township, w.recognised_on,
  CASE WHEN w.kind IN ('就业帮扶车间', '一县一企基地') THEN (SELECT e.id FROM demo_employer e WHERE e.place_code = %(root)s AND e.place = w.place %% 16) END,
  nullif(w.posts, 0), CASE WHEN w.fate < 4 THEN %(today)s::date - 60 END, CASE WHEN w.fate < 4 THEN '撤销' WHEN w.fate < 9 THEN '停用' ELSE '正常' END,
  w.recognised_on - 60, w.recognised_on - 40, w.recognised_on - 20, w.recognised_on - 13, '县人社〔' || extract(year FROM w.recognised_on) || '〕' || 10 + w.place %% 80 || '号'
FROM demo_workplace w ORDER BY w.place;

-- Some are on their way to be recognised: applied, inspected, on public notice, refused.
INSERT INTO employment_workplace (code, name, kind, township_code, operator_id, posts, state, recognised_on, applied_on, inspected_on, noticed_on, noticed_until)
SELECT 'CJ-S' || lpad((a.n + 1)::text, 2, '0'), t.name || '就业帮扶车间（' || a.word || '）', '就业帮扶车间', t.code,
  (SELECT e.id FROM demo_employer e WHERE e.place_code = %(root)s AND e.place = 3 + a.n), 18 + 4 * a.n, a.state, NULL,
  %(today)s::date - 50 + 9 * a.n, CASE WHEN a.state <> '申报中' THEN %(today)s::date - 20 END,
  CASE WHEN a.state = '公示中' THEN %(today)s::date - 4 END, CASE WHEN a.state = '公示中' THEN %(today)s::date + 3 END
FROM (VALUES (0, '公示中', '服装'), (1, '已核查', '箱包'), (2, '申报中', '食品'), (3, '不予认定', '玩具')) AS a(n, state, word)
JOIN demo_township t ON t.place = (a.n * 5) %% (SELECT count(*) FROM demo_township);
INSERT INTO employment_workplacedecision (workplace_id, move, decided_on, note)
SELECT p.id, v.move, v.day, v.note FROM employment_workplace p CROSS JOIN LATERAL (
  SELECT 'inspected' AS move, p.inspected_on AS day, '现场用工和台账相符。' AS note WHERE p.inspected_on IS NOT NULL
  UNION ALL SELECT 'noticed', p.noticed_on, '在县政府网站和村务公开栏公示。' WHERE p.noticed_on IS NOT NULL
  UNION ALL SELECT 'refused', %(today)s::date - 6, '吸纳脱贫人口不足，未达到认定条件。' WHERE p.state = '不予认定'
) v WHERE p.recognised_on IS NULL;

-- Every second one has passed a review; some have to mend something.
INSERT INTO employment_workplacedecision (workplace_id, move, decided_on, mend_by, note)
SELECT p.id, v.move, v.day, v.mend_by, v.note FROM demo_workplace w JOIN employment_workplace p ON p.code = w.code
CROSS JOIN LATERAL (
  SELECT 'passed' AS move, w.recognised_on + 360 AS day, NULL::date AS mend_by, '现场查看，用工台账齐全。' AS note WHERE w.place %% 2 = 0
  UNION ALL SELECT 'mend', %(today)s::date - 20, %(today)s::date + 10 - 3 * (w.place %% 7)::int, '消防通道堆放物料，限期清理。' WHERE w.fate BETWEEN 20 AND 29
  UNION ALL SELECT 'suspended', %(today)s::date - 40, NULL, '订单不足，暂停生产。' WHERE w.fate BETWEEN 4 AND 8
  UNION ALL SELECT 'withdrawn', %(today)s::date - 60, NULL, '不再符合认定条件。' WHERE w.fate < 4
) v
WHERE v.day <= %(today)s::date AND NOT (v.move = 'passed' AND v.day >= %(today)s::date - 70);

-- Staff are people of the county who work at home, or nowhere yet: a few percent of the workplaces' posts stay empty.
CREATE TEMP TABLE demo_free ON COMMIT DROP AS
SELECT row_number() OVER (PARTITION BY left(p.village, 9) ORDER BY pg_temp.pick(p.i, 84, 1000000), p.i) - 1 AS place, p.worker_id, p.i, left(p.village, 9) AS township
FROM demo_person p WHERE p.fate >= 72 AND pg_temp.pick(p.i, 63, 100) >= 16;
CREATE UNIQUE INDEX ON demo_free (township, place);

INSERT INTO employment_placement (workplace_id, worker_id, post, start_on, end_on, wage)
SELECT s.workplace_id, f.worker_id, (ARRAY['缝纫工','包装工','装配工','保洁员','护林员','水管员'])[1 + pg_temp.pick(f.i, 85, 6)], d.start_on,
  CASE WHEN pg_temp.pick(f.i, 86, 100) < 12 THEN d.start_on + 40 + pg_temp.pick(f.i, 87, 60)::int END,
  CASE WHEN s.kind = '公益性岗位' THEN 400 ELSE 2000 + 100 * pg_temp.pick(f.i, 88, 20) END
FROM (
  SELECT p.id AS workplace_id, p.kind, p.township_code, p.recognised_on,
    sum(p.posts) OVER (PARTITION BY p.township_code ORDER BY p.id) - p.posts AS first, greatest(1, p.posts * %(scale)s / 120000) AS wanted
  FROM employment_workplace p WHERE p.posts IS NOT NULL AND p.state = '正常'
) s
JOIN demo_free f ON f.township = s.township_code AND f.place >= s.first AND f.place < s.first + s.wanted
CROSS JOIN LATERAL (SELECT s.recognised_on + pg_temp.pick(f.i, 89, 100)::int AS start_on) d
WHERE pg_temp.pick(f.i, 90, 100) < 94;

INSERT INTO employment_brand (name, grade, recognised_on) VALUES
  (left(%(county)s, 2) || '模架工匠', '省级', %(today)s::date - 1200), (left(%(county)s, 2) || '绣娘', '市级', %(today)s::date - 800),
  (left(%(county)s, 2) || '乡厨', '县级', %(today)s::date - 300);

INSERT INTO employment_brandmember (brand_id, worker_id, joined_on, year, income)
SELECT b.id, j.worker_id, make_date(y.year - 1, 3, 1), y.year, 48000 + 1000 * pg_temp.pick(j.i + y.year, 91, 25)
FROM demo_job j JOIN employment_brand b ON b.name LIKE '%%' || (ARRAY['模架工匠','模架工匠','绣娘','乡厨'])[1 + pg_temp.pick(j.i, 92, 4)]
CROSS JOIN LATERAL (SELECT extract(year FROM %(today)s::date)::int - 1 AS year) y WHERE pg_temp.pick(j.i, 93, 100) < 9;

-- One in three of those outside came home for the festival; most of them mean to go out again, and the campaign's riders did.
INSERT INTO employment_returnee (worker_id, returned_on, plans_out, leaves_on, from_place)
SELECT p.worker_id, d.returned_on, d.plans, CASE WHEN d.plans THEN %(festival)s::date + 4 + pg_temp.pick(p.i, 94, 24)::int END,
  (ARRAY['广东省广州市','广东省东莞市','浙江省宁波市','福建省晋江市',''])[1 + pg_temp.pick(p.i, 95, 5)]
FROM demo_person p
CROSS JOIN LATERAL (SELECT %(festival)s::date - 3 - pg_temp.pick(p.i, 96, 25)::int AS returned_on,
  p.fate >= 80 AND pg_temp.pick(p.i, 63, 100) < 16 OR pg_temp.pick(p.i, 97, 100) < 97 AS plans) d
WHERE p.fate >= 80 AND pg_temp.pick(p.i, 63, 100) < 16 AND pg_temp.pick(p.i, 98, 100) < 70 OR p.fate < 46 AND pg_temp.pick(p.i, 99, 100) < 12
;
-- Who went back to an older job was asked about after the festival.
UPDATE employment_declaredjob d SET confirmed_on = %(festival)s::date + 20
FROM employment_returnee r JOIN demo_person p ON p.worker_id = r.worker_id
WHERE d.worker_id = r.worker_id AND r.plans_out AND d.start_on <= r.returned_on AND d.end_on IS NULL
  AND %(festival)s::date + 20 <= %(today)s::date AND pg_temp.pick(p.i, 100, 100) < 96
