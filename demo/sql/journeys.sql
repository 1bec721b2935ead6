-- The spring campaign: trains, coaches and self-drive groups to Guangdong and Zhejiang after the festival, and who was followed up.
INSERT INTO stations_station (code, name, kind, place_code, partner, founding, opened_on, service_area, head, phone) VALUES
  ('GZ-01', %(county)s || '驻广州劳务协作站', '协作站', '440113', '广州市番禺区人力资源和社会保障局', '共建', date '2023-03-01', '{4401,4419,4403,4406,4420}', '张立新', '13800000001'),
  ('NB-01', %(county)s || '驻宁波劳务协作站', '协作站', '330212', '宁波市鄞州区人力资源和社会保障局', '共建', date '2023-06-01', '{3302,3301,3303,3307}', '罗敏', '13800000002');

CREATE TEMP TABLE demo_rider ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY far, pg_temp.pick(worker_id, 61, 1000000), worker_id) - 1 AS place, worker_id, i, far FROM (
  SELECT p.worker_id, p.i, pg_temp.pick(p.i, 62, 3) = 0 AS far FROM demo_person p WHERE p.fate >= 80 AND pg_temp.pick(p.i, 63, 100) < 16) x;

-- Four vehicles in five leave after the festival; the fifth in the last hundred days, up to the day after tomorrow.
CREATE TEMP TABLE demo_vehicle ON COMMIT DROP AS
SELECT n, far, mode, CASE WHEN late THEN %(today)s::date + 2 - ((n / 5) * 6 %% 104)::int ELSE %(festival)s::date + 3 + ((n / 12) %% 24)::int END AS day,
  CASE WHEN late THEN to_char(%(today)s::date, 'YYYY') || '-QJ-' || lpad((1 + n / 20)::text, 2, '0')
       ELSE to_char(%(festival)s::date, 'YYYY') || '-CF-' || lpad((1 + n / 12)::text, 2, '0') END AS batch,
  CASE WHEN late THEN to_char(%(today)s::date, 'YYYY') || '年下半年输出第' || 1 + n / 20 || '批'
       ELSE to_char(%(festival)s::date, 'YYYY') || '年春风行动第' || 1 + n / 12 || '批' END AS title,
  CASE mode WHEN '返岗专列' THEN 'G' || 2000 + n WHEN '飞机' THEN 'CZ' || 3000 + n ELSE '贵F' || lpad(n::text, 5, '0') END AS vehicle
FROM (
  SELECT r.place / 44 AS n, (array_agg(r.far ORDER BY r.place))[1] AS far, r.place / 44 %% 5 = 4 AS late,
    CASE WHEN r.place / 44 %% 12 = 0 THEN '返岗专列' WHEN r.place / 44 %% 12 < 9 THEN '包车' WHEN r.place / 44 %% 12 < 11 THEN '自驾' ELSE '飞机' END AS mode
  FROM demo_rider r GROUP BY r.place / 44) x;

INSERT INTO dispatch_batch (code, name) SELECT DISTINCT batch, title FROM demo_vehicle;

INSERT INTO dispatch_trip (batch_id, vehicle, mode, departs_at, from_place, destination_code, seats, organiser, leader, leader_phone)
SELECT b.id, v.vehicle, v.mode, (v.day + time '07:30') AT TIME ZONE 'Asia/Shanghai', %(county)s || '客运站',
  CASE WHEN v.far THEN '330212' ELSE '440113' END, 45, %(county)s || '人力资源和社会保障局', (ARRAY['陈勇','李正华','杨胜','王兴国'])[1 + v.n %% 4], '13800000003'
FROM demo_vehicle v JOIN dispatch_batch b ON b.code = v.batch;

CREATE TEMP TABLE demo_arrival ON COMMIT DROP AS
SELECT r.place, r.worker_id, r.i, r.far, v.day, t.id AS trip_id, pg_temp.pick(r.i, 64, 100) AS luck, pg_temp.pick(r.i, 65, 100) AS fate
FROM demo_rider r JOIN demo_vehicle v ON v.n = r.place / 44 JOIN dispatch_trip t ON t.vehicle = v.vehicle;

INSERT INTO dispatch_passenger (trip_id, worker_id, seat, phone, boarding_point, destination_code, employer_id, job_title, emergency_name, emergency_phone, boarded, arrived, at_post_on, outcome)
SELECT a.trip_id, a.worker_id, (a.place %% 44 + 1)::text, '', %(county)s || '客运站', '', e.id, '普工', '', '', CASE WHEN a.day <= %(today)s::date THEN a.luck < 97 END, CASE WHEN a.day < %(today)s::date THEN a.luck < 96 END,
  CASE WHEN a.luck < 94 AND a.day + 2 <= %(today)s::date THEN a.day + 2 END, CASE WHEN a.day < %(today)s::date AND a.luck = 94 THEN '未录用' WHEN a.day < %(today)s::date AND a.luck = 95 THEN '途中离开' ELSE '' END
FROM demo_arrival a JOIN demo_employer e ON e.place_code = CASE WHEN a.far THEN '330212' ELSE '440113' END AND e.place = pg_temp.pick(a.i, 66, 16);

-- Every milestone that has passed was asked for nine in ten; who left is not asked again.
INSERT INTO stations_visit (worker_id, station_id, milestone, visited_on, channel, status, wage, contract, insured, problem, action_taken, satisfaction, visitor)
SELECT a.worker_id, s.id, m.days, d.visited_on, (ARRAY['电话','电话','微信','到企'])[1 + pg_temp.pick(a.i, 67, 4)],
  CASE WHEN d.leaves AND pg_temp.pick(a.i, 68, 2) = 0 THEN '返乡' WHEN d.leaves THEN '离岗求职'
       WHEN pg_temp.pick(a.i * 7 + m.days, 69, 100) < 5 THEN '失联' WHEN pg_temp.pick(a.i * 7 + m.days, 70, 100) < 6 THEN '转岗在岗' ELSE '原岗位在岗' END,
  3800 + 100 * pg_temp.pick(a.i * 7 + m.days, 71, 30), NULL, NULL, '', '', '满意', '协作站'
FROM demo_arrival a JOIN stations_station s ON s.code = CASE WHEN a.far THEN 'NB-01' ELSE 'GZ-01' END
CROSS JOIN (VALUES (7, 5), (30, 11), (90, 19), (180, 27)) AS m(days, gone)
CROSS JOIN LATERAL (SELECT a.day + 2 + m.days + pg_temp.pick(a.i * 7 + m.days, 72, 4)::int AS visited_on,
  a.fate < m.gone AND a.fate >= m.gone - CASE m.days WHEN 7 THEN 5 WHEN 30 THEN 6 ELSE 8 END AS leaves) d
WHERE a.luck < 94 AND d.visited_on <= %(today)s::date AND (a.fate >= m.gone OR d.leaves)
  AND (d.leaves OR pg_temp.pick(a.i * 7 + m.days, 73, 100) < 90);

-- A year of visits among those who went on their own.
INSERT INTO stations_visit (worker_id, station_id, visited_on, channel, status, wage, problem, action_taken, satisfaction, visitor)
SELECT j.worker_id, s.id, %(today)s::date - pg_temp.pick(j.i, 74, 110)::int, '电话', CASE WHEN pg_temp.pick(j.i, 75, 100) < 8 THEN '失联' ELSE '原岗位在岗' END,
  3800 + 100 * pg_temp.pick(j.i, 76, 30), '', '', '', '协作站'
FROM demo_job j JOIN stations_station s ON left(j.place_code, 4) = ANY (s.service_area)
WHERE j.course >= 12 AND pg_temp.pick(j.i, 77, 100) < 30;
