SET 'pipeline.name' = '${secret:db/password}'
