-- Visits of the stations to employers in their areas, of the county to those at home: key employers every month or so,
-- others every few months, one in five not for a long time. Whom of the county they find there is what the declared jobs say on the day.
CREATE TEMP TABLE demo_firm ON COMMIT DROP AS
SELECT e.id, e.place_code, s.id AS station_id, s.code AS station, coalesce(s.opened_on, date '2023-03-01') AS since, k.key_employer, count(j.id)::int AS known
FROM demo_employer e JOIN employment_employer k USING (id)
LEFT JOIN stations_station s ON left(e.place_code, 4) = ANY (s.service_area)
LEFT JOIN employment_declaredjob j ON j.employer_id = e.id AND j.end_on IS NULL
WHERE s.id IS NOT NULL OR starts_with(e.place_code, %(root)s)
GROUP BY e.id, e.place_code, s.id, k.key_employer;

CREATE TEMP TABLE demo_call ON COMMIT DROP AS
SELECT f.*, v.day, v.n, v.luck, v.needs, row_number() OVER (PARTITION BY f.id ORDER BY v.day DESC) AS back
FROM demo_firm f
CROSS JOIN LATERAL (
  SELECT g.n, %(today)s::date - 3 - (g.n * gap.days)::int - pg_temp.pick(f.id * 7 + g.n, 121, 20)::int AS day,
    pg_temp.pick(f.id * 7 + g.n, 122, 100) AS luck, pg_temp.pick(f.id * 7 + g.n, 123, 6) AS needs
  FROM (SELECT CASE WHEN f.key_employer THEN 30 ELSE 45 + pg_temp.pick(f.id, 124, 70) END AS days) gap
  CROSS JOIN LATERAL generate_series(CASE WHEN pg_temp.pick(f.id, 131, 5) = 0 THEN 3 ELSE 0 END, ((%(today)s::date - f.since) / gap.days)::int) AS g(n)) v
WHERE pg_temp.pick(f.id, 125, 10) < 8;

INSERT INTO stations_employervisit (employer_id, station_id, place_code, visited_on, visitor, people_here, note, needs, next_step, next_on)
SELECT c.id, c.station_id, c.place_code, c.day,
  CASE WHEN c.station IS NULL THEN (ARRAY['县就业局 陈涛', '县就业局 赵敏'])[1 + pg_temp.pick(c.id, 126, 2)]
    WHEN c.station = 'NB-01' THEN (ARRAY['罗敏', '杨帆'])[1 + pg_temp.pick(c.id, 126, 2)] ELSE (ARRAY['张立新', '李娟', '周强'])[1 + pg_temp.pick(c.id, 126, 3)] END,
  greatest(0, c.known - pg_temp.pick(c.id * 7 + c.n, 127, 4)::int),
  (ARRAY['生产正常，订单排到下季度。', '淡季，每周休两天，暂不裁人。', '宿舍已整修，工人反映满意。', '看望在岗老乡，工资按月发放。', '淡季结束，准备恢复夜班。', '企业搬到新厂区，通勤车已开。'])[1 + pg_temp.pick(c.id * 7 + c.n, 128, 6)],
  CASE WHEN c.needs < 2 THEN (ARRAY['缝纫工20人，月薪5000元以上，包吃住。', '普工30人，两班倒，月薪4800元起。', '焊工8人，要持证，月薪6500元。', '质检员5人，高中以上。'])[1 + pg_temp.pick(c.id * 7 + c.n, 129, 4)] ELSE '' END,
  CASE WHEN c.needs < 2 THEN '把岗位登记到岗位台账，推荐给有意向的人。' ELSE '' END,
  CASE WHEN c.back = 1 AND c.luck < 45 OR c.back > 1 AND c.luck < 20 THEN c.day + 7 + pg_temp.pick(c.id, 130, 40)::int END
FROM demo_call c WHERE c.day >= c.since;
