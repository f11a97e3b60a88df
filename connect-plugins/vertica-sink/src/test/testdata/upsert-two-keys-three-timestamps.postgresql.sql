CREATE TEMPORARY TABLE "sdp_stage_1" ON COMMIT DELETE ROWS AS SELECT "region", "id", "name", "a", "b", "c" FROM "Sales Dept"."say ""hi""" WITH NO DATA;

INSERT INTO "sdp_stage_1" ("region", "id", "name", "a", "b", "c") VALUES (?, ?, ?, ?, ?, ?);

SET enable_hashjoin = off; SET enable_mergejoin = off;

MERGE INTO "Sales Dept"."say ""hi""" AS t
USING "sdp_stage_1" AS s
ON (t."region" = s."region" AND t."id" = s."id")
WHEN MATCHED AND (s."a" > t."a" OR (t."a" IS NULL AND s."a" IS NOT NULL) OR ((s."a" = t."a" OR (t."a" IS NULL AND s."a" IS NULL)) AND (s."b" > t."b" OR (t."b" IS NULL AND s."b" IS NOT NULL) OR ((s."b" = t."b" OR (t."b" IS NULL AND s."b" IS NULL)) AND (t."c" IS NULL OR s."c" >= t."c"))))) THEN UPDATE SET "name" = s."name", "a" = s."a", "b" = s."b", "c" = s."c"
WHEN NOT MATCHED THEN INSERT ("region", "id", "name", "a", "b", "c") VALUES (s."region", s."id", s."name", s."a", s."b", s."c");

DELETE FROM "Sales Dept"."say ""hi""" WHERE ("region", "id") IN (SELECT "region", "id" FROM "sdp_stage_1");

DELETE FROM "sdp_stage_1";
