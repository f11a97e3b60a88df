CREATE TEMPORARY TABLE "sdp_stage_1" ON COMMIT DELETE ROWS AS SELECT "id", "name", "updated_at" FROM "dwh"."orders" WITH NO DATA;

INSERT INTO "sdp_stage_1" ("id", "name", "updated_at") VALUES (?, ?, ?);

SET enable_hashjoin = off; SET enable_mergejoin = off;

MERGE INTO "dwh"."orders" AS t
USING "sdp_stage_1" AS s
ON (t."id" = s."id")
WHEN MATCHED AND (t."updated_at" IS NULL OR s."updated_at" >= t."updated_at") THEN UPDATE SET "name" = s."name", "updated_at" = s."updated_at";

DELETE FROM "dwh"."orders" WHERE "id" IN (SELECT "id" FROM "sdp_stage_1");

DELETE FROM "sdp_stage_1";
