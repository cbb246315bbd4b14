-- The specialty software's own tables, as far as the rig needs them. The exchange tables are adapters/district/schema.sql.
CREATE SEQUENCE ho_so_khoa;
CREATE TABLE ho_so (
  khoa              text PRIMARY KEY,
  ma_ho_so          text UNIQUE,
  so_bien_nhan      text,
  so_bien_nhan_rieng text UNIQUE,
  noi_dung          jsonb NOT NULL,
  cap_nhat_luc      timestamptz NOT NULL DEFAULT clock_timestamp()
);
