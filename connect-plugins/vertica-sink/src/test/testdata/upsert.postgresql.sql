CREATE TEMPORARY TABLE "sdp_stage_1" ON COMMIT DELETE ROWS AS SELECT "id", "name", "amount", "updated_at" FROM "dwh"."orders" WITH NO DATA;

INSERT INTO "sdp_stage_1" ("id", "name", "amount", "updated_at") VALUES (?, ?, ?, ?);

SET enable_hashjoin = off; SET enable_mergejoin = off;

MERGE INTO "dwh"."orders" AS t
USING "sdp_stage_1" AS s
ON (t."id" = s."id")
WHEN MATCHED THEN UPDATE SET "name" = s."name", "amount" = s."amount", "updated_at" = s."updated_at"
WHEN NOT MATCHED THEN INSERT ("id", "name", "amount", "updated_at") VALUES (s."id", s."name", s."amount", s."updated_at");

DELETE FROM "dwh"."orders" WHERE "id" IN (SELECT "id" FROM "sdp_stage_1");

DELETE FROM "sdp_stage_1";
