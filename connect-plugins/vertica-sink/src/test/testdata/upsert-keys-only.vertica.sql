CREATE LOCAL TEMPORARY TABLE "sdp_stage_1" ON COMMIT DELETE ROWS AS SELECT "id" FROM "dwh"."seen" WHERE false;

INSERT INTO "sdp_stage_1" ("id") VALUES (?);

MERGE INTO "dwh"."seen" AS t
USING "sdp_stage_1" AS s
ON (t."id" = s."id")
WHEN NOT MATCHED THEN INSERT ("id") VALUES (s."id");

DELETE FROM "dwh"."seen" WHERE "id" IN (SELECT "id" FROM "sdp_stage_1");

DELETE FROM "sdp_stage_1";
