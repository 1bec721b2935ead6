-- Two years of journeys to work and their follow-ups: every second person of the register rides twice, each arrival opens one
-- job spell and is visited three times. What is derived is written as the product derives it: tests/house/test_bench.py
-- has the product rebuild it all and finds nothing to change.
INSERT INTO stations_station (code, name, kind, place_code, partner, founding, opened_on, service_area, head, phone) VALUES
  ('GZ-01', '驻广州劳务协作站', '协作站', '440113', '', '共建', date '2023-03-01', '{4401,4419,4403,4406,4420}', '', ''),
  ('NB-01', '驻宁波劳务协作站', '协作站', '330212', '', '共建', date '2023-06-01', '{3302,3301,3303,3307}', '', '');

CREATE TEMP TABLE ride AS
SELECT *, row_number() OVER (ORDER BY day, place, worker_id) AS id,
  row_number() OVER (PARTITION BY day, place ORDER BY worker_id) - 1 AS seat
FROM (
  SELECT p.worker_id, 2 * p.i + n AS k, n, CASE n WHEN 0 THEN p.day ELSE p.again END AS day, CASE n WHEN 0 THEN p.again END AS next_on,
    (ARRAY['440113','441900','440306','440605','330212','330110','350582','310115'])[1 + pg_temp.pick(2 * p.i + n, 1, 8)] AS place,
    greatest(0, pg_temp.pick(2 * p.i + n, 2, 10) - 6) AS fate
  FROM (SELECT i, worker_id, day, day + 220 + pg_temp.pick(i, 4, 140)::int AS again FROM (
    SELECT i, worker_id, date '2024-01-05' + pg_temp.pick(i, 3, 360)::int AS day FROM (
      SELECT id AS worker_id, row_number() OVER (ORDER BY id) AS i FROM workers_worker) w
    WHERE i %% 2 = 0 AND i <= %(spells)s) d) p CROSS JOIN (VALUES (0), (1)) AS twice(n)
) r;

-- fate 0: seen until day 180; 1, 2, 3: found gone on day 30, 90, 180.
CREATE TEMP TABLE seen AS
SELECT *, row_number() OVER (ORDER BY visited_on, ride_id) AS id FROM (
  SELECT r.id AS ride_id, r.worker_id, r.place, r.fate, v.part, v.milestone,
    r.day + v.after + pg_temp.pick(4 * r.k + v.part, 5, CASE WHEN v.after < 30 THEN 3 ELSE 5 END)::int AS visited_on,
    CASE WHEN r.fate > 0 AND v.part = 3 THEN (ARRAY['返乡','离岗求职'])[1 + pg_temp.pick(r.k, 6, 2)]
         WHEN pg_temp.pick(4 * r.k + v.part, 7, 100) < 8 THEN '失联' ELSE '原岗位在岗' END AS status
  FROM ride r JOIN (VALUES (0, 1, 30, 30), (0, 2, 90, 90), (0, 3, 180, 180), (1, 1, 7, 7), (1, 2, NULL, 15), (1, 3, 30, 30),
    (2, 1, 7, 7), (2, 2, 30, 30), (2, 3, 90, 90), (3, 1, 30, 30), (3, 2, 90, 90), (3, 3, 180, 180)) AS v(fate, part, milestone, after)
  ON v.fate = r.fate) x;

CREATE TEMP TABLE told AS
SELECT ride_id, array_agg(visited_on ORDER BY visited_on) FILTER (WHERE status = '原岗位在岗') AS confirmed,
  max(visited_on) FILTER (WHERE status IN ('返乡', '离岗求职')) AS left_on, max(status) FILTER (WHERE status IN ('返乡', '离岗求职')) AS reason,
  max(id) FILTER (WHERE milestone = 7) AS on_7, max(id) FILTER (WHERE milestone = 30) AS on_30,
  max(id) FILTER (WHERE milestone = 90) AS on_90, max(id) FILTER (WHERE milestone = 180) AS on_180
FROM seen GROUP BY ride_id;
ANALYZE ride;
ANALYZE told;

INSERT INTO dispatch_batch (code, name) SELECT DISTINCT to_char(day, 'YYYYMMDD'), to_char(day, 'YYYY-MM-DD') || '输出' FROM ride;

INSERT INTO dispatch_trip (batch_id, vehicle, mode, departs_at, from_place, destination_code, seats, organiser, leader, leader_phone)
SELECT b.id, v.vehicle, '包车', (v.day - 2 + time '07:30') AT TIME ZONE 'Asia/Shanghai', '县客运站', v.place, 45, '', '', ''
FROM (SELECT DISTINCT day, place, place || '-' || seat / 44 AS vehicle FROM ride) v JOIN dispatch_batch b ON b.code = to_char(v.day, 'YYYYMMDD');

INSERT INTO dispatch_passenger (id, trip_id, worker_id, seat, job_title, boarded, arrived, at_post_on, phone, boarding_point,
  destination_code, emergency_name, emergency_phone, outcome)
SELECT r.id, t.id, r.worker_id, (r.seat %% 44 + 1)::text, '', true, true, r.day, '', '县客运站', '', '', '', ''
FROM ride r JOIN dispatch_batch b ON b.code = to_char(r.day, 'YYYYMMDD') JOIN dispatch_trip t ON t.batch_id = b.id AND t.vehicle = r.place || '-' || r.seat / 44
ORDER BY r.id;

INSERT INTO stations_visit (id, worker_id, station_id, milestone, visited_on, channel, status, problem, action_taken, satisfaction, visitor)
SELECT v.id, v.worker_id, s.id, v.milestone, v.visited_on, '电话', v.status, '', '', '', ''
FROM seen v LEFT JOIN stations_station s ON left(v.place, 4) = ANY (s.service_area) ORDER BY v.id;

CREATE TEMP TABLE spell AS
SELECT r.*, r.day || coalesce(t.confirmed, '{}') AS days, coalesce(t.left_on, r.next_on) AS end_on,
  CASE WHEN t.reason = '返乡' THEN 'returned' WHEN t.reason IS NOT NULL THEN 'left' WHEN r.next_on IS NOT NULL THEN 'succeeded' ELSE '' END AS end_reason
FROM ride r JOIN told t ON t.ride_id = r.id;

INSERT INTO employment_spell (worker_id, start_on, end_on, end_reason, place_code, job_title, channel, organised, confirmed_days,
  confirmed_to, origin_kind, origin_id, arrival_kind, arrival_id, known_from)
SELECT worker_id, day, end_on, end_reason, place, '', '政府组织', true, days, days[cardinality(days)], 'trip', id, 'trip', id, coalesce(end_on, day)
FROM spell ORDER BY id;

INSERT INTO employment_pastspell (worker_id, start_on, end_reason, place_code, job_title, channel, organised, confirmed_days,
  confirmed_to, origin_kind, origin_id, arrival_kind, arrival_id, known_from, known_to)
SELECT worker_id, day, '', place, '', '政府组织', true, days, days[cardinality(days)], 'trip', id, 'trip', id, day, end_on
FROM spell WHERE end_on IS NOT NULL ORDER BY id;

INSERT INTO stations_plannedvisit (worker_id, station_id, arrived_on, milestone, due_on, "window", visit_id, closed_reason)
SELECT r.worker_id, s.id, r.day, m.days, r.day + m.days, m.span, a.visit_id,
  CASE WHEN a.visit_id IS NOT NULL THEN '' WHEN r.next_on IS NOT NULL THEN '再次到岗' WHEN m.days = 7 THEN '已错过' ELSE '已离岗' END
FROM ride r JOIN told t ON t.ride_id = r.id LEFT JOIN stations_station s ON left(r.place, 4) = ANY (s.service_area)
CROSS JOIN (VALUES (7, 3), (30, 5), (90, 10), (180, 15)) AS m(days, span)
CROSS JOIN LATERAL (SELECT CASE m.days WHEN 7 THEN t.on_7 WHEN 30 THEN t.on_30 WHEN 90 THEN t.on_90 ELSE t.on_180 END AS visit_id) a
ORDER BY r.id, m.days;

SELECT setval(pg_get_serial_sequence('dispatch_passenger', 'id'), max(id)) FROM ride;

SELECT setval(pg_get_serial_sequence('stations_visit', 'id'), max(id)) FROM seen;
