-- What employers look for, two years of job fairs with their stands, and people on their way to jobs.
CREATE TEMP TABLE demo_post ON COMMIT DROP AS
SELECT place, title, low, asks FROM (VALUES
  (0, '缝纫工', 4200, '女，18-50岁，会平车优先'), (1, '普工', 3800, '18-50岁'), (2, '电子厂操作工', 4500, '18-45岁，初中及以上'),
  (3, '焊工', 6000, '男，18-50岁，有焊工证优先'), (4, '电工', 5800, '18-50岁，持电工证'), (5, '装配工', 4600, '18-45岁'),
  (6, '仓库搬运工', 5000, '男，20-50岁'), (7, '服务员', 3600, '18-40岁，女性优先'), (8, '质检员', 4800, '18-40岁，高中及以上'),
  (9, '家政服务员', 5200, '女，25-55岁')) AS p(place, title, low, asks);

INSERT INTO employment_vacancy (employer_id, place_code, job_title, openings, wage_from, wage_to, requirement, board, insurance, contact, phone,
  source, collected_on, valid_until, checked, checked_on)
SELECT e.id, e.place_code, p.title, 3 + pg_temp.pick(e.id * 7 + g.n, 91, 40), p.low, p.low + 500 * (1 + pg_temp.pick(e.id * 7 + g.n, 92, 5)), p.asks,
  (ARRAY['包吃住', '包住', '免费住宿，餐补300元', ''])[1 + pg_temp.pick(e.id, 93, 4)], (ARRAY['五险', '五险一金', ''])[1 + pg_temp.pick(e.id, 94, 3)],
  (ARRAY['陈经理', '李姐', '人事部', '王主管'])[1 + pg_temp.pick(e.id, 95, 4)], '13800' || lpad(pg_temp.pick(e.id, 96, 1000000)::text, 6, '0'),
  s.source, c.collected_on, c.collected_on + 30, v.checked, CASE WHEN v.checked THEN c.collected_on + 2 END
FROM demo_employer e CROSS JOIN generate_series(0, 3) AS g(n)
JOIN demo_post p ON p.place = pg_temp.pick(e.id * 5 + g.n / 2, 97, 10)
CROSS JOIN LATERAL (SELECT %(today)s::date - CASE WHEN g.n %% 2 = 0 THEN pg_temp.pick(e.id * 3 + g.n, 98, 26) ELSE 20 + pg_temp.pick(e.id * 3 + g.n, 98, 300) END::int AS collected_on) c
CROSS JOIN LATERAL (SELECT (ARRAY['协作站', '协作站', '结对人社', '企业申报', '访企拓岗', '直播带岗'])[1 + pg_temp.pick(e.id * 3 + g.n, 99, 6)] AS source) s
CROSS JOIN LATERAL (SELECT CASE WHEN %(today)s::date - c.collected_on < 2 THEN NULL ELSE true END AS checked) v
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE demo_fair ON COMMIT DROP AS
SELECT n, 'ZPH-' || to_char(held_on, 'YYYYMMDD') AS code, held_on, (ARRAY['本县', '结对地区', '乡镇', '协作站'])[1 + n %% 4] AS organiser,
  CASE WHEN n %% 5 = 3 THEN '直播' WHEN n %% 5 = 4 THEN '线上' ELSE '线下' END AS form
FROM (SELECT g.n, %(today)s::date + 9 - g.n * 45 AS held_on FROM generate_series(0, 15) AS g(n)) x;

INSERT INTO employment_fair (code, name, held_on, form, organiser, venue, visitors)
SELECT code, extract(year FROM held_on) || '年' || CASE organiser WHEN '结对地区' THEN '东西部劳务协作' WHEN '乡镇' THEN '送岗下乡' WHEN '协作站' THEN '驻外协作站' ELSE '春风行动' END
  || CASE form WHEN '直播' THEN '直播带岗' ELSE '专场招聘会' END, held_on, form, organiser, CASE form WHEN '线下' THEN %(county)s || '体育馆' ELSE '' END,
  CASE WHEN held_on <= %(today)s::date THEN 300 + 137 * n END FROM demo_fair;

INSERT INTO employment_fairbooth (fair_id, employer_id, job_title, openings, wage_from, wage_to)
SELECT f.id, e.id, p.title, 5 + pg_temp.pick(e.id + d.n, 101, 60), p.low, p.low + 1500
FROM demo_fair d JOIN employment_fair f USING (code) JOIN demo_employer e ON pg_temp.pick(e.id * 31 + d.n, 102, 10) = 0
JOIN demo_post p ON p.place = pg_temp.pick(e.id + d.n, 103, 10);

-- Who came to a fair: intents first, a third signs, two in three of those are at the post some days later.
CREATE TEMP TABLE demo_seeker ON COMMIT DROP AS
SELECT p.worker_id, p.i, d.n, d.held_on, f.id AS fair_id, pg_temp.pick(p.i, 104, 100) AS luck,
  (SELECT b.id FROM employment_fairbooth b WHERE b.fair_id = f.id ORDER BY pg_temp.pick(p.i * 13 + b.id, 105, 100000) LIMIT 1) AS booth_id
FROM demo_person p JOIN demo_fair d ON d.n = 1 + pg_temp.pick(p.i, 106, 15) JOIN employment_fair f USING (code)
WHERE p.fate BETWEEN 72 AND 79 AND pg_temp.pick(p.i, 107, 100) < 12;

INSERT INTO employment_referral (worker_id, fair_id, employer_id, job_title, result, happened_on)
SELECT s.worker_id, s.fair_id, b.employer_id, b.job_title, r.result, r.day
FROM demo_seeker s JOIN employment_fairbooth b ON b.id = s.booth_id
CROSS JOIN LATERAL (VALUES ('意向', s.held_on, true), ('签约', s.held_on + 1, s.luck < 34), ('到岗', s.held_on + 9, s.luck < 22), ('拒绝', s.held_on + 6, s.luck >= 80)) AS r(result, day, so)
WHERE r.so AND r.day <= %(today)s::date;

-- Recommended for a vacancy of these weeks.
INSERT INTO employment_referral (worker_id, employer_id, job_title, result, happened_on, place_code, vacancy_id)
SELECT p.worker_id, v.employer_id, v.job_title, r.result, r.day, v.place_code, v.id
FROM demo_person p JOIN LATERAL (SELECT * FROM employment_vacancy o WHERE o.checked AND o.valid_until >= %(today)s::date
  ORDER BY pg_temp.pick(p.i * 17 + o.id, 108, 100000) LIMIT 1) v ON true
CROSS JOIN LATERAL (VALUES ('推荐', v.collected_on + 3, true), ('意向', v.collected_on + 5, pg_temp.pick(p.i, 109, 3) = 0)) AS r(result, day, so)
WHERE p.fate >= 80 AND pg_temp.pick(p.i, 63, 100) >= 16 AND p.i %% 97 = 0 AND p.i < 30000 AND r.so AND r.day <= %(today)s::date;
