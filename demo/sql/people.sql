-- Invented people over the villages of the root division: households of one to five, ID numbers on the address code 529999
-- that was never given to a county (domain.md §6.1), phones and cards that belong to nobody.
CREATE TEMP TABLE demo_village ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY code) - 1 AS place, code FROM divisions_division
WHERE level = 'village' AND effective_to IS NULL AND code LIKE %(root)s || '%%';
CREATE UNIQUE INDEX ON demo_village (place);

-- Born on the last days of a month only: rosters of invented people made elsewhere keep to the 1st–28th, so that a roster tried
-- out in the demo county never meets one of its people under another name.
CREATE TEMP TABLE demo_birth ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY day) - 1 AS place, day::date FROM generate_series(date '1962-01-01', '2007-12-31', '1 day') AS day
WHERE extract(day FROM day) > 28;
CREATE UNIQUE INDEX ON demo_birth (place);

CREATE TEMP TABLE demo_person ON COMMIT DROP AS
WITH numbered AS (
  SELECT i, i / 3 AS house, d.day AS birth, 1 + (i / n.days + pg_temp.pick(d.place, 2, 999)) %% 999 AS place
  FROM (SELECT count(*) AS days FROM demo_birth) n, generate_series(0, %(scale)s - 1) AS i, demo_birth d WHERE d.place = i::bigint * 7919 %% n.days
), bodied AS (
  SELECT *, '529999' || to_char(birth, 'YYYYMMDD') || lpad(place::text, 3, '0') AS body FROM numbered
)
SELECT i, house, body || substr('10X98765432', (
    (7 * substr(body, 1, 1)::int + 9 * substr(body, 2, 1)::int + 10 * substr(body, 3, 1)::int + 5 * substr(body, 4, 1)::int
   + 8 * substr(body, 5, 1)::int + 4 * substr(body, 6, 1)::int + 2 * substr(body, 7, 1)::int + 1 * substr(body, 8, 1)::int
   + 6 * substr(body, 9, 1)::int + 3 * substr(body, 10, 1)::int + 7 * substr(body, 11, 1)::int + 9 * substr(body, 12, 1)::int
   + 10 * substr(body, 13, 1)::int + 5 * substr(body, 14, 1)::int + 8 * substr(body, 15, 1)::int + 4 * substr(body, 16, 1)::int
   + 2 * substr(body, 17, 1)::int) %% 11) + 1, 1) AS id_number,
  (SELECT code FROM demo_village v WHERE v.place = pg_temp.pick(house, 3, (SELECT count(*) FROM demo_village))) AS village,
  pg_temp.pick(house, 4, 9) + 1 || '组' AS grp,
  pg_temp.pick(i, 5, 100) AS fate
FROM bodied;
CREATE INDEX ON demo_person (i);
ANALYZE demo_person;

INSERT INTO workers_household (village_code, group_name, head_name)
SELECT DISTINCT ON (village, n.name, grp) village, grp, n.name FROM demo_person p
JOIN demo_name n ON n.place = pg_temp.pick(p.house, 6, (SELECT count(*) FROM demo_name)) ORDER BY village, n.name, grp;

INSERT INTO workers_worker (name, name_key, name_initials, id_number, ethnicity, education, phone, village_code, group_name,
  household_id, relation, labour_status, capacity, skill, intention, expected_wage, training_wish, wanted_job, intended_place, bank_card, bank_name, visited_by,
  visited_on, first_visited_on, note)
SELECT n.name, n.name_key, n.name_initials, p.id_number,
  (ARRAY['汉族','汉族','汉族','汉族','汉族','汉族','汉族','彝族','彝族','苗族'])[1 + pg_temp.pick(p.i, 11, 10)],
  (ARRAY['小学','小学','小学','初中','初中','初中','初中','高中','中专','大专'])[1 + pg_temp.pick(p.i, 12, 10)],
  '1' || (ARRAY['30','36','38','50','52','77','85','98'])[1 + pg_temp.pick(p.i, 13, 8)] || lpad(pg_temp.pick(p.i, 14, 100000000)::text, 8, '0'),
  p.village, p.grp, h.id, k.relation,
  -- Those who ride with the campaign (journeys.sql) are among the last fifth.
  CASE WHEN p.fate < 46 OR p.fate >= 80 AND pg_temp.pick(p.i, 63, 100) < 16 THEN '省外务工' WHEN p.fate < 58 THEN '省内务工' WHEN p.fate < 72 THEN '县内就业' WHEN p.fate < 80 THEN '灵活就业' ELSE '未就业' END,
  '普通劳动力',
  (ARRAY['','','','','焊工','电工','中式烹调师','家政服务员','育婴员','砌筑工','模架工','缝纫工'])[1 + pg_temp.pick(p.i, 16, 12)],
  (ARRAY['','省外务工','省外务工','省内务工','就近就业'])[1 + pg_temp.pick(p.i, 17, 5)],
  (ARRAY[NULL,4000,4500,5000,6000])[1 + pg_temp.pick(p.i, 18, 5)],
  (ARRAY['','','','焊工','电工','家政服务员'])[1 + pg_temp.pick(p.i, 19, 6)],
  (ARRAY['','普工','普工','缝纫工','焊工','电工','服务员','装配工'])[1 + pg_temp.pick(p.i, 23, 8)],
  (ARRAY['','','','广东','广东省广州市','浙江省宁波市','浙江','就近'])[1 + pg_temp.pick(p.i, 24, 8)],
  '6217990' || lpad(pg_temp.pick(p.i, 20, 1000000000)::text, 9, '0') || '000', '农村信用社', '村劳务专干',
  %(today)s::date - 30 - pg_temp.pick(p.i, 21, 300)::int, %(today)s::date - 400 - pg_temp.pick(p.i, 22, 300)::int, ''
FROM demo_person p
JOIN demo_name n ON n.place = CASE WHEN p.i %% 3 = 0 THEN pg_temp.pick(p.house, 6, (SELECT count(*) FROM demo_name)) ELSE pg_temp.pick(p.i, 1, (SELECT count(*) FROM demo_name)) END
JOIN demo_name hn ON hn.place = pg_temp.pick(p.house, 6, (SELECT count(*) FROM demo_name))
JOIN workers_household h ON h.village_code = p.village AND h.group_name = p.grp AND h.head_name = hn.name
-- What somebody is to the head, by their sexes and how many years lie between them.
JOIN demo_person hp ON hp.i = p.i - p.i %% 3
CROSS JOIN LATERAL (SELECT substr(p.id_number, 17, 1)::int %% 2 = 1 AS male, substr(hp.id_number, 17, 1)::int %% 2 = 1 AS head_male,
  substr(p.id_number, 7, 4)::int - substr(hp.id_number, 7, 4)::int AS younger) a
CROSS JOIN LATERAL (SELECT CASE WHEN p.i = hp.i THEN '户主' WHEN a.younger >= 18 THEN CASE WHEN a.male THEN '子' ELSE '女' END
  WHEN a.younger <= -18 THEN CASE WHEN a.male THEN '父' ELSE '母' END WHEN p.i %% 3 = 1 AND a.male <> a.head_male THEN '配偶'
  WHEN a.younger > 0 THEN CASE WHEN a.male THEN '弟' ELSE '妹' END ELSE CASE WHEN a.male THEN '兄' ELSE '姐' END END AS relation) k
ORDER BY p.village, p.i;  -- rosters come village by village

ALTER TABLE demo_person ADD COLUMN worker_id bigint;
UPDATE demo_person p SET worker_id = w.id FROM workers_worker w WHERE w.id_number = p.id_number;
ANALYZE workers_worker;

INSERT INTO workers_groupmembership
  (worker_id, "group", valid_from, source, document, monitored_kind, risk_cleared_on, category, valid_to)
SELECT p.worker_id, g.tag, g.since, g.source, g.document, g.kind, g.cleared, g.category, g.until FROM demo_person p CROSS JOIN LATERAL (VALUES
  ('lifted_poverty', date '2020-11-30', pg_temp.pick(p.house, 31, 100) < 33, '防返贫监测信息系统', NULL, NULL, NULL::date, NULL, NULL::date),
  ('relocated', date '2019-06-30', pg_temp.pick(p.house, 32, 100) < 10, '县生态移民局', NULL, NULL, NULL, NULL, NULL),
  ('monitored', date '2023-03-31', pg_temp.pick(p.house, 33, 100) < 3, '防返贫监测信息系统', NULL,
   (ARRAY['脱贫不稳定户', '边缘易致贫户', '突发严重困难户'])[1 + pg_temp.pick(p.house, 37, 3)],
   CASE WHEN pg_temp.pick(p.house, 38, 3) = 0 THEN date '2025-06-30' END, NULL, NULL),
  ('low_income', date '2024-01-01', pg_temp.pick(p.house, 34, 100) < 4, '县民政局', NULL, NULL, NULL, NULL,
   CASE WHEN pg_temp.pick(p.house, 40, 8) = 0 THEN date '2026-01-01' END),
  ('hard_to_employ', date '2024-03-01', pg_temp.pick(p.i, 36, 100) < 2, '县就业局', '赫人社发〔2024〕3号', NULL, NULL,
   (ARRAY['大龄', '残疾', '低保', '连续失业1年以上', '失地', '零就业家庭'])[1 + pg_temp.pick(p.i, 39, 6)],
   CASE WHEN pg_temp.pick(p.i, 46, 6) = 0 THEN date '2026-03-01' END),
  ('disabled', NULL, pg_temp.pick(p.i, 35, 100) < 1, '劳动力花名册', NULL, NULL, NULL, NULL, NULL))
  AS g(tag, since, belongs, source, document, kind, cleared, category, until) WHERE g.belongs;
