add jar 'https://repo.example.com/orders-job-2.0.0.jar';
SELECT 1;
