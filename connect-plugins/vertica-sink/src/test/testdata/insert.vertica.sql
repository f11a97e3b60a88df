INSERT INTO "dwh"."orders" ("id", "name") VALUES (?, ?);
