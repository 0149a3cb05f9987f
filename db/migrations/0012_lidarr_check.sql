insert into schedules (name, kind, cron) values ('lidarr_check', 'library_reconcile', '*/15 * * * *');
