-- The exchange tables that a district's specialty software offers the gateway. Run it once, as the owner of the
-- software's database:
--
--   psql -v ON_ERROR_STOP=1 -v gateway=lienthong_gateway -f schema.sql DATABASE
--
-- `gateway` is the login role of the gateway; make it before, with a password. Names may be changed here and in the
-- link's settings (outbox_table, inbox_table) together. The gateway touches nothing else in the database.

BEGIN;

-- What the software changed, for the gateway to read. The software writes a row in the same transaction as its own tables,
-- so that neither can be there without the other. Rows are never changed; delete old ones when you like, after the link has
-- passed them.
CREATE TABLE lienthong_outbox (
  id         bigserial PRIMARY KEY,
  -- The writing transaction. The gateway reads a row only when no older transaction is still open, so a row that is
  -- committed late is not skipped.
  giao_dich  xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- The software's own key of the dossier.
  khoa       text NOT NULL CHECK (khoa <> ''),
  -- The shared code and receipt number, once the software knows them.
  ma_ho_so   text,
  so_bien_nhan text,
  -- The change: a JSON object that holds only what changed; lists hold only changed elements, each with its "ma".
  noi_dung   jsonb NOT NULL,
  tao_luc    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX lienthong_outbox_giao_dich ON lienthong_outbox (giao_dich, id);
CREATE INDEX lienthong_outbox_khoa ON lienthong_outbox (khoa, id);

-- What the gateway wants the software to take over. The software merges a row into its own tables, sets xu_ly_luc in the
-- same transaction, and takes the rows of one dossier in the order of id. What it gives up on is a dead letter at the
-- gateway; delete such rows only after the link has read them.
CREATE TABLE lienthong_inbox (
  id         bigserial PRIMARY KEY,
  -- Id of the delivery: sent twice, it is here once.
  ma_tin     text NOT NULL UNIQUE CHECK (ma_tin <> ''),
  -- The software's own key, when the gateway knows it.
  khoa       text,
  ma_ho_so   text NOT NULL CHECK (ma_ho_so <> ''),
  so_bien_nhan text,
  -- The gateway's revision of the dossier.
  phien_ban  bigint NOT NULL,
  -- A partial record to merge; null clears a field.
  noi_dung   jsonb NOT NULL,
  tao_luc    timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When the software took it over, or gave up with the reason in loi. A reason that begins with the field's name and a
  -- colon (`dien_thoai: ...`) shows the field to whoever repairs it; the rest is read here only, it may quote the record.
  xu_ly_luc  timestamptz,
  loi        text
);
CREATE INDEX lienthong_inbox_waiting ON lienthong_inbox (id) WHERE xu_ly_luc IS NULL;
CREATE INDEX lienthong_inbox_given_up ON lienthong_inbox (id) WHERE loi IS NOT NULL;

-- What the software's people are to know of a dossier. Optional: the gateway writes it when the link's setting
-- `notice_table` names it. It names fields, never their values.
CREATE TABLE lienthong_thong_bao (
  -- Id of the notice: told twice, it is here once.
  id         text PRIMARY KEY CHECK (id <> ''),
  -- The software's own key of the dossier, and the shared code.
  khoa       text NOT NULL,
  ma_ho_so   text NOT NULL,
  -- CONFLICT_OPENED: two systems say otherwise of a field, its owner's word stands until a person decides;
  -- CONFLICT_RESOLVED: it was decided; LETTER_DISCARDED: an operator gave up an item of this software, or one for it.
  loai       text NOT NULL,
  -- Which field, as the gateway names it (`contact.phone`); empty: the whole item.
  truong     text NOT NULL,
  -- Who proposed or sent it.
  ben        text NOT NULL,
  -- What became of it: STORED, PROPOSED, EDITED, DISCARDED; empty while it is open.
  ket_qua    text NOT NULL,
  luc        timestamptz NOT NULL
);

-- The gateway reads the one and adds to the others; it can change or delete nothing.
GRANT SELECT ON lienthong_outbox, lienthong_inbox TO :"gateway";
GRANT SELECT (id), INSERT ON lienthong_thong_bao TO :"gateway";
GRANT INSERT (ma_tin, khoa, ma_ho_so, so_bien_nhan, phien_ban, noi_dung) ON lienthong_inbox TO :"gateway";
GRANT USAGE ON SEQUENCE lienthong_inbox_id_seq TO :"gateway";

COMMIT;
