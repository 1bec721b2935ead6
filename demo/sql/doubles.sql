-- Some people stand in the register twice, as everywhere: the same name, birth date and village under another number, or a
-- name of one sound on the same phone. Both have facts of their own, for that is what makes merging them worth while.
CREATE TEMP TABLE demo_double ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY one) AS n, one, other FROM (
  SELECT min(id) AS one, max(id) AS other FROM workers_worker GROUP BY birth_date HAVING count(*) > 1) born
ORDER BY pg_temp.pick(one, 71, 1000000) LIMIT greatest(3, %(scale)s / 3000);

UPDATE workers_worker t SET name = s.name, name_key = s.name_key, name_initials = s.name_initials,
  village_code = CASE WHEN d.n %% 3 = 0 THEN t.village_code ELSE s.village_code END,
  group_name = CASE WHEN d.n %% 3 = 0 THEN t.group_name ELSE s.group_name END,
  household_id = CASE WHEN d.n %% 3 = 0 THEN t.household_id ELSE s.household_id END,
  phone = CASE WHEN d.n %% 2 = 0 THEN s.phone ELSE t.phone END
FROM demo_double d JOIN workers_worker s ON s.id = d.one WHERE t.id = d.other
