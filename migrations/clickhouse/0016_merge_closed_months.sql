-- Partitions to which nothing has been written for a while are merged into one part: then FINAL costs hardly more than a plain read, and rows that were
-- replaced or retracted are gone from the disk. A late correction makes a second part, and the merge follows again. Every statement can run again.
ALTER TABLE entries MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE entries MODIFY SETTING min_age_to_force_merge_seconds = 900;
ALTER TABLE viewer_month MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE viewer_month MODIFY SETTING min_age_to_force_merge_seconds = 900;
ALTER TABLE showroom_visitor MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE showroom_visitor MODIFY SETTING min_age_to_force_merge_seconds = 900;
ALTER TABLE session_audience MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE session_audience MODIFY SETTING min_age_to_force_merge_seconds = 900;
ALTER TABLE account_month MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE account_month MODIFY SETTING min_age_to_force_merge_seconds = 900;
ALTER TABLE account_day MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE account_day MODIFY SETTING min_age_to_force_merge_seconds = 900;
ALTER TABLE rollup_key MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE rollup_key MODIFY SETTING min_age_to_force_merge_seconds = 900;
ALTER TABLE sessions MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE sessions MODIFY SETTING min_age_to_force_merge_seconds = 900;
ALTER TABLE video_readings MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE video_readings MODIFY SETTING min_age_to_force_merge_seconds = 900;
