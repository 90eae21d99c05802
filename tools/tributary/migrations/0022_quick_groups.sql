-- Group commits are large and half of them are hashes: lz4 compresses them many
-- times as fast as what Postgres does by itself. What is stored already stays as
-- it is and is read as before.
ALTER TABLE usage.groups ALTER COLUMN bytes SET COMPRESSION lz4;
ALTER TABLE usage.sidecars ALTER COLUMN body SET COMPRESSION lz4;
