-- Where they work: employers in the destination cities and at home, one or two declared jobs for three in four.
CREATE TEMP TABLE demo_city ON COMMIT DROP AS
SELECT row_number() OVER () - 1 AS place, code, kind FROM (VALUES
  ('440113', 'out'), ('440113', 'out'), ('440114', 'out'), ('441900', 'out'), ('440306', 'out'), ('440605', 'out'), ('440607', 'out'), ('442000', 'out'),
  ('330212', 'out'), ('330206', 'out'), ('330110', 'out'), ('330782', 'out'), ('330302', 'out'), ('350582', 'out'), ('320583', 'out'), ('310115', 'out'),
  ('520102', 'province'), ('520115', 'province'), ('520502', 'province'), ('520302', 'province'), (%(root)s, 'county')) AS c(code, kind)
WHERE EXISTS (SELECT FROM divisions_division d WHERE d.code = c.code);

INSERT INTO employment_employer (name, place_code, industry, size, contact, phone, key_employer, stub)
SELECT d.name || (ARRAY['华晟','联创','东兴','恒达','永泰','新源','嘉禾','盛世','宏远','金泰'])[1 + n %% 10] ||
  (ARRAY['电子','服饰','玩具','家具','五金','食品','物流','建筑','灯饰','汽配'])[1 + (n / 10 + n) %% 10] || (n + 1) || '号厂', c.code,
  (ARRAY['制造业','制造业','制造业','建筑业','物流业','餐饮业'])[1 + n %% 6], 80 + 37 * n, '', '', n = 0, false
FROM demo_city c JOIN divisions_division d ON d.code = c.code CROSS JOIN generate_series(0, 15) AS n
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE demo_employer ON COMMIT DROP AS
SELECT row_number() OVER (PARTITION BY place_code ORDER BY id) - 1 AS place, id, place_code FROM employment_employer;
CREATE INDEX ON demo_employer (place_code, place);

CREATE TEMP TABLE demo_job ON COMMIT DROP AS
SELECT p.i, p.worker_id, CASE WHEN p.fate < 46 THEN c.code WHEN p.fate < 58 THEN r.code ELSE %(root)s END AS place_code,
  %(today)s::date - 120 - pg_temp.pick(p.i, 41, 900)::int AS start_on, pg_temp.pick(p.i, 42, 100) AS course
FROM demo_person p
JOIN demo_city c ON c.place = pg_temp.pick(p.i, 43, (SELECT count(*) FROM demo_city WHERE kind = 'out'))
JOIN demo_city r ON r.place = (SELECT min(place) FROM demo_city WHERE kind = 'province') + pg_temp.pick(p.i, 44, (SELECT count(*) FROM demo_city WHERE kind = 'province'))
WHERE p.fate < 72;

INSERT INTO employment_declaredjob (worker_id, start_on, end_on, end_reason, place_code, employer_id, job_title, wage, channel, contract, insured, confirmed_on)
SELECT j.worker_id, v.start_on, v.end_on, CASE WHEN v.end_on IS NULL THEN '' ELSE
    (ARRAY['合同到期','合同到期','工厂停工','工资低','身体不适','家里老人要照顾','采摘季节结束','过年返乡','回乡创业'])[1 + pg_temp.pick(j.i, 53, 9)] END, j.place_code, e.id,
  CASE WHEN v.end_on IS NOT NULL AND pg_temp.pick(j.i, 53, 9) = 6 THEN '摘辣椒' ELSE (ARRAY['普工','普工','操作工','缝纫工','装配工','焊工','服务员','模架工'])[1 + pg_temp.pick(j.i, 45, 8)] END,
  3200 + 100 * pg_temp.pick(j.i, 46, 48),
  (ARRAY['自主外出','自主外出','亲友介绍','亲友介绍','政府组织','协作站推荐','人力资源机构','劳务公司(合作社)'])[1 + pg_temp.pick(j.i, 47, 8)],
  pg_temp.pick(j.i, 48, 10) < 7, pg_temp.pick(j.i, 49, 10) < 5, v.confirmed_on
FROM demo_job j
CROSS JOIN LATERAL (
  SELECT j.start_on, CASE WHEN j.course < 12 THEN j.start_on + 60 + pg_temp.pick(j.i, 50, 40)::int END AS end_on,
    CASE WHEN j.course BETWEEN 40 AND 70 THEN j.start_on + 90 END AS confirmed_on, 1 AS part
  UNION ALL
  SELECT j.start_on - 400, j.start_on - 30 - pg_temp.pick(j.i, 51, 30)::int, NULL, 2 WHERE j.course >= 82
) v
JOIN demo_employer e ON e.place_code = j.place_code AND e.place = (pg_temp.pick(j.i, 52, 16) + v.part) %% (SELECT count(*) FROM demo_employer x WHERE x.place_code = j.place_code);
