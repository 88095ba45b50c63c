"""first tables

Revision: 0001, after , 2026-11-21 21:25:24.199014+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEARCHED = ("people_person", "customers_customer", "sales_opportunity")
"""Tables with a full-text index of their ``search_text``."""


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "api_refused_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_refused_token")),
    )
    with op.batch_alter_table("api_refused_token", schema=None) as batch_op:
        batch_op.create_index("ix_api_refused_token_address_at", ["address", "at"], unique=False)

    op.create_table(
        "core_audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("behalf_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("target_kind", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("request_id", sa.String(length=36), nullable=True),
        sa.Column(
            "data",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit")),
        sa.UniqueConstraint("actor_id", "n", name=op.f("uq_core_audit_actor_id_n")),
    )
    with op.batch_alter_table("core_audit", schema=None) as batch_op:
        batch_op.create_index("ix_core_audit_action", ["action", "id"], unique=False)
        batch_op.create_index("ix_core_audit_at", ["at", "id"], unique=False)
        batch_op.create_index("ix_core_audit_target", ["target_kind", "target_id", "id"], unique=False)

    op.create_table(
        "core_calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_core_calendar_day")),
    )
    op.create_table(
        "core_chain",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("sealed_n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_core_chain")),
    )
    op.create_table(
        "core_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_core_file_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_file")),
    )
    with op.batch_alter_table("core_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_file_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_file_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "core_job_beat",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_job_beat")),
    )
    op.create_table(
        "core_outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_outbox")),
    )
    with op.batch_alter_table("core_outbox", schema=None) as batch_op:
        batch_op.create_index("ix_core_outbox_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "core_seal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_seal")),
    )
    op.create_table(
        "core_setting",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "value",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_core_setting")),
    )
    op.create_table(
        "customers_recount",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_customers_recount_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_recount")),
    )
    op.create_table(
        "ops_lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ops_lease")),
    )
    op.create_table(
        "ops_verification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("seal_id", sa.BigInteger(), nullable=True),
        sa.Column("broken", sa.String(length=300), nullable=False),
        sa.CheckConstraint("ended_at IS NOT NULL OR broken = ''", name=op.f("ck_ops_verification_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ops_verification")),
    )
    with op.batch_alter_table("ops_verification", schema=None) as batch_op:
        batch_op.create_index("ix_ops_verification_ended_at", ["ended_at"], unique=False)

    op.create_table(
        "people_institution",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_people_institution_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_institution")),
    )
    op.create_table(
        "people_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("pinyin", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("staff_number", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(), nullable=True),
        sa.Column("password_expires_at", sa.DateTime(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'locked', 'left')", name=op.f("ck_people_person_state")),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_people_person_username_lower")),
        sa.ForeignKeyConstraint(["successor_id"], ["people_person.id"], name=op.f("fk_people_person_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_person")),
        sa.UniqueConstraint("staff_number", name=op.f("uq_people_person_staff_number")),
        sa.UniqueConstraint("username", name=op.f("uq_people_person_username")),
    )
    with op.batch_alter_table("people_person", schema=None) as batch_op:
        batch_op.create_index("ix_people_person_pinyin", ["pinyin", "id"], unique=False)

    op.create_table(
        "people_sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_sign_in_attempt")),
    )
    with op.batch_alter_table("people_sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_people_sign_in_attempt_account", ["account", "succeeded", "at"], unique=False)
        batch_op.create_index("ix_people_sign_in_attempt_origin", ["origin", "succeeded", "at"], unique=False)
        batch_op.create_index("ix_people_sign_in_attempt_pair", ["account", "origin", "succeeded", "at"], unique=False)

    op.create_table(
        "people_term",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("zh", sa.String(length=40), nullable=False),
        sa.Column("en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_term")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_people_term_kind_key")),
    )
    op.create_table(
        "people_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_people_unit_code")),
    )
    op.create_table(
        "sales_product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("price", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("audience IN ('company', 'person', 'both')", name=op.f("ck_sales_product_audience")),
        sa.CheckConstraint(
            "kind IN ('deposit', 'loan', 'trade', 'settlement', 'payroll', 'acquiring', 'wealth', 'card', 'other')",
            name=op.f("ck_sales_product_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_product")),
        sa.UniqueConstraint("code", name=op.f("uq_sales_product_code")),
        sa.UniqueConstraint("name", name=op.f("uq_sales_product_name")),
    )
    with op.batch_alter_table("sales_product", schema=None) as batch_op:
        batch_op.create_index("ix_sales_product_retired_at_kind", ["retired_at", "kind", "code"], unique=False)

    op.create_table(
        "workflow_definition_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "edited_by",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("edited_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_definition_draft")),
        sa.UniqueConstraint("process", name=op.f("uq_workflow_definition_draft_process")),
    )
    op.create_table(
        "workflow_recomputation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("after_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_recomputation")),
    )
    op.create_table(
        "api_idempotency",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("location", sa.String(length=300), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_api_idempotency_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_idempotency")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_api_idempotency_person_id_key")),
    )
    with op.batch_alter_table("api_idempotency", schema=None) as batch_op:
        batch_op.create_index("ix_api_idempotency_at", ["at"], unique=False)

    op.create_table(
        "core_audit_value",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "value",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("salt", sa.String(length=16), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["core_audit.id"], name=op.f("fk_core_audit_value_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit_value")),
    )
    with op.batch_alter_table("core_audit_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_audit_value_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "core_seal_head",
        sa.Column("seal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["seal_id"], ["core_seal.id"], name=op.f("fk_core_seal_head_seal_id")),
        sa.PrimaryKeyConstraint("seal_id", "kind", "key", name=op.f("pk_core_seal_head")),
    )
    op.create_table(
        "customers_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("failure", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column(
            "columns",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "preview",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('checking', 'ready', 'running', 'done', 'cancelled', 'failed')",
            name=op.f("ck_customers_import_state"),
        ),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=op.f("fk_customers_import_file_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_customers_import_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_import")),
    )
    with op.batch_alter_table("customers_import", schema=None) as batch_op:
        batch_op.create_index("ix_customers_import_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_customers_import_state", ["state", "id"], unique=False)

    op.create_table(
        "people_absence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deputy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_people_absence_not_own_deputy")),
        sa.CheckConstraint("valid_to IS NOT NULL AND valid_to > valid_from", name=op.f("ck_people_absence_days")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people_person.id"], name=op.f("fk_people_absence_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_absence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_absence")),
    )
    with op.batch_alter_table("people_absence", schema=None) as batch_op:
        batch_op.create_index("ix_people_absence_deputy_id_valid_from", ["deputy_id", "valid_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_absence_person_id"), ["person_id"], unique=False)

    op.create_table(
        "people_api_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("start", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_api_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_people_api_token_digest")),
    )
    with op.batch_alter_table("people_api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_api_token_person_id"), ["person_id"], unique=False)

    op.create_table(
        "people_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("granted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("granted_by <> person_id", name=op.f("ck_people_grant_not_to_oneself")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_people_grant_days")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_grant_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_people_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_grant")),
    )
    with op.batch_alter_table("people_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_grant_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_people_grant_role_unit_id", ["role", "unit_id"], unique=False)
        batch_op.create_index(
            "uq_people_grant_administrator",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text(
                "role IN ('sysadmin', 'secadmin', 'auditor') AND valid_to IS NULL AND superseded_at IS NULL"
            ),
            postgresql_where=sa.text(
                "role IN ('sysadmin', 'secadmin', 'auditor') AND valid_to IS NULL AND superseded_at IS NULL"
            ),
        )
        batch_op.create_index(
            "uq_people_grant_open",
            ["person_id", "role", "unit_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )

    op.create_table(
        "people_posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_people_posting_days")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_posting_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_people_posting_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_posting")),
    )
    with op.batch_alter_table("people_posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_posting_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_people_posting_unit_id_valid_from", ["unit_id", "valid_from"], unique=False)
        batch_op.create_index(
            "uq_people_posting_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )

    op.create_table(
        "people_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_people_session_digest")),
    )
    with op.batch_alter_table("people_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "people_team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_people_team_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_team")),
    )
    with op.batch_alter_table("people_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_team_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "people_unit_placement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> unit_id", name=op.f("ck_people_unit_placement_not_own_parent")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_people_unit_placement_days")),
        sa.ForeignKeyConstraint(["parent_id"], ["people_unit.id"], name=op.f("fk_people_unit_placement_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_people_unit_placement_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_unit_placement")),
    )
    with op.batch_alter_table("people_unit_placement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_people_unit_placement_parent_id_valid_from", ["parent_id", "valid_from"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_people_unit_placement_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_people_unit_placement_open",
            ["unit_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )

    op.create_table(
        "workflow_definition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "title",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column(
            "edited_by",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("published_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("origin in ('seed', 'local')", name=op.f("ck_workflow_definition_origin")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["people_person.id"], name=op.f("fk_workflow_definition_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_definition")),
        sa.UniqueConstraint("digest", name=op.f("uq_workflow_definition_digest")),
        sa.UniqueConstraint("process", "number", name=op.f("uq_workflow_definition_process_number")),
    )
    op.create_table(
        "customers_customer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("industry", sa.String(length=32), nullable=True),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("asset_value", sa.BigInteger(), nullable=False),
        sa.Column("phone_masked", sa.String(length=24), nullable=False),
        sa.Column("identity_masked", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("last_contact_at", sa.DateTime(), nullable=True),
        sa.Column("contact_due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'company', 'institution')", name=op.f("ck_customers_customer_kind")),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_customers_customer_created_by")),
        sa.ForeignKeyConstraint(["holder_id"], ["people_person.id"], name=op.f("fk_customers_customer_holder_id")),
        sa.ForeignKeyConstraint(["team_id"], ["people_team.id"], name=op.f("fk_customers_customer_team_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_customers_customer_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_customer")),
        sa.UniqueConstraint("number", name=op.f("uq_customers_customer_number")),
    )
    with op.batch_alter_table("customers_customer", schema=None) as batch_op:
        batch_op.create_index("ix_customers_customer_asset_value", ["asset_value", "id"], unique=False)
        batch_op.create_index("ix_customers_customer_contact_due_on", ["contact_due_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_customer_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(
            "ix_customers_customer_holder_id_contact_due_on", ["holder_id", "contact_due_on", "id"], unique=False
        )
        batch_op.create_index("ix_customers_customer_industry", ["industry", "sort_key", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_customer_name_key"), ["name_key"], unique=False)
        batch_op.create_index("ix_customers_customer_sort_key", ["sort_key", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_customer_team_id"), ["team_id"], unique=False)
        batch_op.create_index("ix_customers_customer_tier", ["tier", "sort_key", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_customer_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "customers_import_fault",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["customers_import.id"], name=op.f("fk_customers_import_fault_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_import_fault")),
    )
    with op.batch_alter_table("customers_import_fault", schema=None) as batch_op:
        batch_op.create_index("ix_customers_import_fault_import_id", ["import_id", "line", "id"], unique=False)

    op.create_table(
        "people_membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("end_told", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('leader', 'relationship', 'business', 'support')", name=op.f("ck_people_membership_role")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_people_membership_days")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_membership_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["people_team.id"], name=op.f("fk_people_membership_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_membership")),
    )
    with op.batch_alter_table("people_membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_membership_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_membership_team_id"), ["team_id"], unique=False)
        batch_op.create_index(
            "uq_people_membership_open",
            ["team_id", "person_id", "role"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )

    op.create_table(
        "workflow_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "arguments",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("succeeded", sa.Integer(), nullable=False),
        sa.Column("ended_otherwise", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state in ('making', 'made', 'stopped')", name=op.f("ck_workflow_batch_state")),
        sa.ForeignKeyConstraint(["digest"], ["workflow_definition.digest"], name=op.f("fk_workflow_batch_digest")),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_workflow_batch_owner_id")),
        sa.ForeignKeyConstraint(["team_id"], ["people_team.id"], name=op.f("fk_workflow_batch_team_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_workflow_batch_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_batch")),
    )
    with op.batch_alter_table("workflow_batch", schema=None) as batch_op:
        batch_op.create_index(
            "ix_workflow_batch_making",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'making'"),
            postgresql_where=sa.text("state = 'making'"),
        )
        batch_op.create_index(batch_op.f("ix_workflow_batch_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "customers_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("behalf_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("people", sa.String(length=200), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('visit', 'call', 'message', 'mail', 'counter')", name=op.f("ck_customers_contact_kind")
        ),
        sa.ForeignKeyConstraint(["behalf_id"], ["people_person.id"], name=op.f("fk_customers_contact_behalf_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers_customer.id"], name=op.f("fk_customers_contact_customer_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_customers_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_contact")),
        sa.UniqueConstraint("person_id", "submission", name=op.f("uq_customers_contact_person_id_submission")),
    )
    with op.batch_alter_table("customers_contact", schema=None) as batch_op:
        batch_op.create_index("ix_customers_contact_customer_id", ["customer_id", "at", "id"], unique=False)
        batch_op.create_index("ix_customers_contact_opportunity_id", ["opportunity_id", "kind"], unique=False)
        batch_op.create_index("ix_customers_contact_person_id", ["person_id", "at"], unique=False)

    op.create_table(
        "customers_key_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("decides", sa.Boolean(), nullable=False),
        sa.Column("phone_masked", sa.String(length=24), nullable=False),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("about", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers_customer.id"], name=op.f("fk_customers_key_person_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_key_person")),
    )
    with op.batch_alter_table("customers_key_person", schema=None) as batch_op:
        batch_op.create_index("ix_customers_key_person_customer_id", ["customer_id", "id"], unique=False)

    op.create_table(
        "customers_look",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("behalf_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind IN ('view', 'reveal', 'export')", name=op.f("ck_customers_look_kind")),
        sa.ForeignKeyConstraint(["behalf_id"], ["people_person.id"], name=op.f("fk_customers_look_behalf_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers_customer.id"], name=op.f("fk_customers_look_customer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_customers_look_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_look")),
    )
    with op.batch_alter_table("customers_look", schema=None) as batch_op:
        batch_op.create_index("ix_customers_look_customer_id", ["customer_id", "id"], unique=False)
        batch_op.create_index("ix_customers_look_person_id", ["person_id", "id"], unique=False)

    op.create_table(
        "customers_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers_customer.id"], name=op.f("fk_customers_note_customer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_customers_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_note")),
        sa.UniqueConstraint("person_id", "submission", name=op.f("uq_customers_note_person_id_submission")),
    )
    with op.batch_alter_table("customers_note", schema=None) as batch_op:
        batch_op.create_index("ix_customers_note_customer_id", ["customer_id", "at", "id"], unique=False)

    op.create_table(
        "customers_portfolio",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("origin IN ('existing', 'new')", name=op.f("ck_customers_portfolio_origin")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers_customer.id"], name=op.f("fk_customers_portfolio_customer_id")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["people_person.id"], name=op.f("fk_customers_portfolio_holder_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people_person.id"], name=op.f("fk_customers_portfolio_recorded_by")),
        sa.ForeignKeyConstraint(["team_id"], ["people_team.id"], name=op.f("fk_customers_portfolio_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_portfolio")),
    )
    with op.batch_alter_table("customers_portfolio", schema=None) as batch_op:
        batch_op.create_index("ix_customers_portfolio_customer_id", ["customer_id", "valid_from"], unique=False)
        batch_op.create_index("ix_customers_portfolio_holder_id", ["holder_id", "valid_from"], unique=False)
        batch_op.create_index("ix_customers_portfolio_valid_from", ["valid_from"], unique=False)
        batch_op.create_index("ix_customers_portfolio_valid_to", ["valid_to"], unique=False)
        batch_op.create_index(
            "uq_customers_portfolio_open",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )

    op.create_table(
        "customers_related",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "relation IN ('group', 'parent', 'subsidiary', 'supplier', 'buyer', 'guarantor', 'owner', 'family', 'association')",
            name=op.f("ck_customers_related_relation"),
        ),
        sa.CheckConstraint("customer_id <> other_id", name=op.f("ck_customers_related_not_itself")),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_customers_related_created_by")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers_customer.id"], name=op.f("fk_customers_related_customer_id")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["customers_customer.id"], name=op.f("fk_customers_related_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_related")),
        sa.UniqueConstraint("customer_id", "other_id", name=op.f("uq_customers_related_customer_id_other_id")),
    )
    with op.batch_alter_table("customers_related", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customers_related_other_id"), ["other_id"], unique=False)

    op.create_table(
        "workflow_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_label", sa.String(length=300), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("end", sa.String(length=60), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=True),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("stage_entered_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("paused_at", sa.DateTime(), nullable=True),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=True),
        sa.Column("assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("waiting_count", sa.Integer(), nullable=False),
        sa.Column("missing_count", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("parent_turn", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column(
            "state_body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('open', 'success', 'failure', 'cancelled')", name=op.f("ck_workflow_run_state")),
        sa.ForeignKeyConstraint(["assignee_id"], ["people_person.id"], name=op.f("fk_workflow_run_assignee_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["workflow_batch.id"], name=op.f("fk_workflow_run_batch_id")),
        sa.ForeignKeyConstraint(["digest"], ["workflow_definition.digest"], name=op.f("fk_workflow_run_digest")),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_workflow_run_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["workflow_run.id"], name=op.f("fk_workflow_run_parent_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["people_person.id"], name=op.f("fk_workflow_run_started_by_id")),
        sa.ForeignKeyConstraint(["team_id"], ["people_team.id"], name=op.f("fk_workflow_run_team_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_workflow_run_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_run")),
    )
    with op.batch_alter_table("workflow_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_run_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_run_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_run_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_run_due_at"), ["due_at"], unique=False)
        batch_op.create_index(
            "ix_workflow_run_owner_id",
            ["owner_id", "state", "closed_at", "paused_at", "assignee_id", "waiting_count"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_workflow_run_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_workflow_run_process_state_stage", ["process", "state", "stage"], unique=False)
        batch_op.create_index("ix_workflow_run_started_by_id", ["started_by_id", "state", "owner_id"], unique=False)
        batch_op.create_index("ix_workflow_run_subject", ["subject_kind", "subject_id"], unique=False)
        batch_op.create_index("ix_workflow_run_team_id_state", ["team_id", "state"], unique=False)
        batch_op.create_index("ix_workflow_run_unit_id_state", ["unit_id", "state"], unique=False)
        batch_op.create_index(
            "ix_workflow_run_unreported",
            ["closed_at"],
            unique=False,
            sqlite_where=sa.text("parent_id is not null and closed_at is not null and reported_at is null"),
            postgresql_where=sa.text("parent_id is not null and closed_at is not null and reported_at is null"),
        )

    op.create_table(
        "customers_photo",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["customers_contact.id"], name=op.f("fk_customers_photo_contact_id")),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=op.f("fk_customers_photo_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_photo")),
        sa.UniqueConstraint("contact_id", "file_id", name=op.f("uq_customers_photo_contact_id_file_id")),
    )
    with op.batch_alter_table("customers_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customers_photo_file_id"), ["file_id"], unique=False)

    op.create_table(
        "customers_secret",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.CheckConstraint("field IN ('phone', 'identity')", name=op.f("ck_customers_secret_field")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers_customer.id"], name=op.f("fk_customers_secret_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["key_person_id"], ["customers_key_person.id"], name=op.f("fk_customers_secret_key_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_secret")),
        sa.UniqueConstraint(
            "customer_id", "field", "key_person_id", name=op.f("uq_customers_secret_customer_id_field_key_person_id")
        ),
    )
    with op.batch_alter_table("customers_secret", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customers_secret_key_person_id"), ["key_person_id"], unique=False)
        batch_op.create_index(
            "uq_customers_secret_own",
            ["customer_id", "field"],
            unique=True,
            sqlite_where=sa.text("key_person_id IS NULL"),
            postgresql_where=sa.text("key_person_id IS NULL"),
        )

    op.create_table(
        "sales_opportunity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_sales_opportunity_amount")),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_sales_opportunity_created_by")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers_customer.id"], name=op.f("fk_sales_opportunity_customer_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_sales_opportunity_owner_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_sales_opportunity_run_id")),
        sa.ForeignKeyConstraint(["team_id"], ["people_team.id"], name=op.f("fk_sales_opportunity_team_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_sales_opportunity_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_opportunity")),
        sa.UniqueConstraint("created_by", "submission", name=op.f("uq_sales_opportunity_created_by_submission")),
        sa.UniqueConstraint("run_id", name=op.f("uq_sales_opportunity_run_id")),
    )
    with op.batch_alter_table("sales_opportunity", schema=None) as batch_op:
        batch_op.create_index("ix_sales_opportunity_customer_id", ["customer_id", "id"], unique=False)
        batch_op.create_index("ix_sales_opportunity_expected_on", ["expected_on", "id"], unique=False)
        batch_op.create_index("ix_sales_opportunity_owner_id", ["owner_id", "id"], unique=False)
        batch_op.create_index("ix_sales_opportunity_owner_id_created_at", ["owner_id", "created_at"], unique=False)
        batch_op.create_index("ix_sales_opportunity_team_id", ["team_id", "id"], unique=False)
        batch_op.create_index("ix_sales_opportunity_unit_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "workflow_batch_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.CheckConstraint("state in ('pending', 'made', 'failed')", name=op.f("ck_workflow_batch_member_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["workflow_batch.id"], name=op.f("fk_workflow_batch_member_batch_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_workflow_batch_member_person_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_batch_member_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_batch_member")),
        sa.UniqueConstraint("batch_id", "person_id", name=op.f("uq_workflow_batch_member_batch_id_person_id")),
        sa.UniqueConstraint("run_id", name=op.f("uq_workflow_batch_member_run_id")),
    )
    with op.batch_alter_table("workflow_batch_member", schema=None) as batch_op:
        batch_op.create_index("ix_workflow_batch_member_batch_id_state", ["batch_id", "state"], unique=False)

    op.create_table(
        "workflow_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("behalf_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_event_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_event")),
        sa.UniqueConstraint("run_id", "sequence", name=op.f("uq_workflow_event_run_id_sequence")),
    )
    with op.batch_alter_table("workflow_event", schema=None) as batch_op:
        batch_op.create_index("ix_workflow_event_actor_id_at", ["actor_id", "at"], unique=False)
        batch_op.create_index("ix_workflow_event_at", ["at"], unique=False)

    op.create_table(
        "workflow_stage_visit",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_stage_visit_run_id")),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_workflow_stage_visit")),
    )
    with op.batch_alter_table("workflow_stage_visit", schema=None) as batch_op:
        batch_op.create_index("ix_workflow_stage_visit_stage_entered_at", ["stage", "entered_at"], unique=False)

    op.create_table(
        "workflow_turn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("lane", sa.String(length=60), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("completed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("due_from", sa.DateTime(), nullable=True),
        sa.Column("due_within", sa.Integer(), nullable=True),
        sa.Column("due_unit", sa.String(length=14), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("blocked_at", sa.DateTime(), nullable=True),
        sa.Column("asked_until", sa.DateTime(), nullable=True),
        sa.Column("escalated_to", sa.String(length=60), nullable=True),
        sa.Column(
            "evidence",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("missing_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'done', 'returned', 'cancelled')", name=op.f("ck_workflow_turn_state")
        ),
        sa.ForeignKeyConstraint(["acted_by_id"], ["people_person.id"], name=op.f("fk_workflow_turn_acted_by_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["people_person.id"], name=op.f("fk_workflow_turn_assignee_id")),
        sa.ForeignKeyConstraint(
            ["completed_by_id"], ["people_person.id"], name=op.f("fk_workflow_turn_completed_by_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_turn_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_turn")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_workflow_turn_run_id_number")),
    )
    with op.batch_alter_table("workflow_turn", schema=None) as batch_op:
        batch_op.create_index("ix_workflow_turn_acted_by_id", ["acted_by_id"], unique=False)
        batch_op.create_index(
            "ix_workflow_turn_assignee_id_state_due_at", ["assignee_id", "state", "due_at"], unique=False
        )
        batch_op.create_index("ix_workflow_turn_completed_by_id", ["completed_by_id"], unique=False)
        batch_op.create_index("ix_workflow_turn_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "uq_workflow_turn_open",
            ["run_id", "round", "member_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "workflow_value",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn_number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "content",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("salt", sa.String(length=16), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("kind in ('field', 'reason', 'comment', 'evidence')", name=op.f("ck_workflow_value_kind")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_value_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_value")),
    )
    with op.batch_alter_table("workflow_value", schema=None) as batch_op:
        batch_op.create_index("ix_workflow_value_run_id_turn_number", ["run_id", "turn_number"], unique=False)

    op.create_table(
        "sales_attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["people_person.id"], name=op.f("fk_sales_attachment_added_by")),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=op.f("fk_sales_attachment_file_id")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["sales_opportunity.id"], name=op.f("fk_sales_attachment_opportunity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_attachment")),
        sa.UniqueConstraint("file_id", name=op.f("uq_sales_attachment_file_id")),
    )
    with op.batch_alter_table("sales_attachment", schema=None) as batch_op:
        batch_op.create_index("ix_sales_attachment_opportunity_id", ["opportunity_id", "id"], unique=False)

    op.create_table(
        "sales_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["sales_opportunity.id"], name=op.f("fk_sales_note_opportunity_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_sales_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_note")),
        sa.UniqueConstraint("person_id", "submission", name=op.f("uq_sales_note_person_id_submission")),
    )
    with op.batch_alter_table("sales_note", schema=None) as batch_op:
        batch_op.create_index("ix_sales_note_opportunity_id", ["opportunity_id", "at", "id"], unique=False)

    op.create_table(
        "sales_opportunity_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "role IN ('decides', 'sways', 'handles', 'uses', 'opposes')", name=op.f("ck_sales_opportunity_contact_role")
        ),
        sa.ForeignKeyConstraint(
            ["key_person_id"], ["customers_key_person.id"], name=op.f("fk_sales_opportunity_contact_key_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["sales_opportunity.id"], name=op.f("fk_sales_opportunity_contact_opportunity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_opportunity_contact")),
        sa.UniqueConstraint(
            "opportunity_id", "key_person_id", name=op.f("uq_sales_opportunity_contact_opportunity_id_key_person_id")
        ),
    )
    with op.batch_alter_table("sales_opportunity_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_opportunity_contact_key_person_id"), ["key_person_id"], unique=False)

    op.create_table(
        "sales_opportunity_product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.String(length=120), nullable=False),
        sa.Column("need", sa.String(length=300), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_sales_opportunity_product_amount")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["sales_opportunity.id"], name=op.f("fk_sales_opportunity_product_opportunity_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["sales_product.id"], name=op.f("fk_sales_opportunity_product_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_opportunity_product")),
        sa.UniqueConstraint(
            "opportunity_id", "position", name=op.f("uq_sales_opportunity_product_opportunity_id_position")
        ),
    )
    with op.batch_alter_table("sales_opportunity_product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_opportunity_product_product_id"), ["product_id"], unique=False)

    op.create_table(
        "workflow_comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("behalf_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["behalf_id"], ["people_person.id"], name=op.f("fk_workflow_comment_behalf_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_workflow_comment_person_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_comment_run_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["workflow_turn.id"], name=op.f("fk_workflow_comment_turn_id")),
        sa.ForeignKeyConstraint(["value_id"], ["workflow_value.id"], name=op.f("fk_workflow_comment_value_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_comment")),
    )
    with op.batch_alter_table("workflow_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_comment_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_comment_turn_id"), ["turn_id"], unique=False)

    op.create_table(
        "workflow_deadline",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fired_at", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'fired', 'met', 'paused', 'cancelled')", name=op.f("ck_workflow_deadline_state")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_deadline_run_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["workflow_turn.id"], name=op.f("fk_workflow_deadline_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_deadline")),
        sa.UniqueConstraint("turn_id", "rung", name=op.f("uq_workflow_deadline_turn_id_rung")),
    )
    with op.batch_alter_table("workflow_deadline", schema=None) as batch_op:
        batch_op.create_index(
            "ix_workflow_deadline_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index("ix_workflow_deadline_run_id", ["run_id"], unique=False)

    op.create_table(
        "workflow_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "fields",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "checklist",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_workflow_draft_person_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["workflow_turn.id"], name=op.f("fk_workflow_draft_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_draft")),
        sa.UniqueConstraint("turn_id", "person_id", name=op.f("uq_workflow_draft_turn_id_person_id")),
    )
    with op.batch_alter_table("workflow_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_draft_person_id"), ["person_id"], unique=False)

    op.create_table(
        "workflow_evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("file_id is null or value_id is null", name=op.f("ck_workflow_evidence_content")),
        sa.ForeignKeyConstraint(["added_by_id"], ["people_person.id"], name=op.f("fk_workflow_evidence_added_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=op.f("fk_workflow_evidence_file_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_evidence_run_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["workflow_turn.id"], name=op.f("fk_workflow_evidence_turn_id")),
        sa.ForeignKeyConstraint(["value_id"], ["workflow_value.id"], name=op.f("fk_workflow_evidence_value_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_evidence")),
        sa.UniqueConstraint("turn_id", "kind", "slot", name=op.f("uq_workflow_evidence_turn_id_kind_slot")),
    )
    with op.batch_alter_table("workflow_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_evidence_file_id"), ["file_id"], unique=False)
        batch_op.create_index("ix_workflow_evidence_run_id", ["run_id"], unique=False)

    op.create_table(
        "workflow_turn_candidate",
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_workflow_turn_candidate_person_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["workflow_turn.id"], name=op.f("fk_workflow_turn_candidate_turn_id")),
        sa.PrimaryKeyConstraint("turn_id", "person_id", "escalated", name=op.f("pk_workflow_turn_candidate")),
    )
    with op.batch_alter_table("workflow_turn_candidate", schema=None) as batch_op:
        batch_op.create_index("ix_workflow_turn_candidate_person_id", ["person_id", "turn_id"], unique=False)

    for table in SEARCHED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"CREATE INDEX {table}_fts ON {table} USING gin (to_tsvector('simple', search_text))")
        else:
            op.execute(
                f"CREATE VIRTUAL TABLE {table}_fts USING fts5(search_text, content='{table}', content_rowid='id', "
                "tokenize='unicode61 remove_diacritics 0', prefix='1 2 3 4')"
            )


def downgrade() -> None:
    """Remove every table."""
    for table in SEARCHED:
        op.execute(f"DROP {'INDEX' if op.get_bind().dialect.name == 'postgresql' else 'TABLE'} {table}_fts")
    with op.batch_alter_table("workflow_turn_candidate", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_turn_candidate_person_id")

    op.drop_table("workflow_turn_candidate")
    with op.batch_alter_table("workflow_evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_evidence_run_id")
        batch_op.drop_index(batch_op.f("ix_workflow_evidence_file_id"))

    op.drop_table("workflow_evidence")
    with op.batch_alter_table("workflow_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_draft_person_id"))

    op.drop_table("workflow_draft")
    with op.batch_alter_table("workflow_deadline", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_deadline_run_id")
        batch_op.drop_index(
            "ix_workflow_deadline_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.drop_table("workflow_deadline")
    with op.batch_alter_table("workflow_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_comment_turn_id"))
        batch_op.drop_index(batch_op.f("ix_workflow_comment_run_id"))

    op.drop_table("workflow_comment")
    with op.batch_alter_table("sales_opportunity_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_opportunity_product_product_id"))

    op.drop_table("sales_opportunity_product")
    with op.batch_alter_table("sales_opportunity_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_opportunity_contact_key_person_id"))

    op.drop_table("sales_opportunity_contact")
    with op.batch_alter_table("sales_note", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_note_opportunity_id")

    op.drop_table("sales_note")
    with op.batch_alter_table("sales_attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_attachment_opportunity_id")

    op.drop_table("sales_attachment")
    with op.batch_alter_table("workflow_value", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_value_run_id_turn_number")

    op.drop_table("workflow_value")
    with op.batch_alter_table("workflow_turn", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_workflow_turn_open",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_workflow_turn_state_due_at")
        batch_op.drop_index("ix_workflow_turn_completed_by_id")
        batch_op.drop_index("ix_workflow_turn_assignee_id_state_due_at")
        batch_op.drop_index("ix_workflow_turn_acted_by_id")

    op.drop_table("workflow_turn")
    with op.batch_alter_table("workflow_stage_visit", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_stage_visit_stage_entered_at")

    op.drop_table("workflow_stage_visit")
    with op.batch_alter_table("workflow_event", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_event_at")
        batch_op.drop_index("ix_workflow_event_actor_id_at")

    op.drop_table("workflow_event")
    with op.batch_alter_table("workflow_batch_member", schema=None) as batch_op:
        batch_op.drop_index("ix_workflow_batch_member_batch_id_state")

    op.drop_table("workflow_batch_member")
    with op.batch_alter_table("sales_opportunity", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_opportunity_unit_id")
        batch_op.drop_index("ix_sales_opportunity_team_id")
        batch_op.drop_index("ix_sales_opportunity_owner_id_created_at")
        batch_op.drop_index("ix_sales_opportunity_owner_id")
        batch_op.drop_index("ix_sales_opportunity_expected_on")
        batch_op.drop_index("ix_sales_opportunity_customer_id")

    op.drop_table("sales_opportunity")
    with op.batch_alter_table("customers_secret", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_customers_secret_own",
            sqlite_where=sa.text("key_person_id IS NULL"),
            postgresql_where=sa.text("key_person_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_customers_secret_key_person_id"))

    op.drop_table("customers_secret")
    with op.batch_alter_table("customers_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customers_photo_file_id"))

    op.drop_table("customers_photo")
    with op.batch_alter_table("workflow_run", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_workflow_run_unreported",
            sqlite_where=sa.text("parent_id is not null and closed_at is not null and reported_at is null"),
            postgresql_where=sa.text("parent_id is not null and closed_at is not null and reported_at is null"),
        )
        batch_op.drop_index("ix_workflow_run_unit_id_state")
        batch_op.drop_index("ix_workflow_run_team_id_state")
        batch_op.drop_index("ix_workflow_run_subject")
        batch_op.drop_index("ix_workflow_run_started_by_id")
        batch_op.drop_index("ix_workflow_run_process_state_stage")
        batch_op.drop_index(batch_op.f("ix_workflow_run_parent_id"))
        batch_op.drop_index("ix_workflow_run_owner_id")
        batch_op.drop_index(batch_op.f("ix_workflow_run_due_at"))
        batch_op.drop_index(batch_op.f("ix_workflow_run_digest"))
        batch_op.drop_index(batch_op.f("ix_workflow_run_batch_id"))
        batch_op.drop_index(batch_op.f("ix_workflow_run_assignee_id"))

    op.drop_table("workflow_run")
    with op.batch_alter_table("customers_related", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customers_related_other_id"))

    op.drop_table("customers_related")
    with op.batch_alter_table("customers_portfolio", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_customers_portfolio_open",
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )
        batch_op.drop_index("ix_customers_portfolio_valid_to")
        batch_op.drop_index("ix_customers_portfolio_valid_from")
        batch_op.drop_index("ix_customers_portfolio_holder_id")
        batch_op.drop_index("ix_customers_portfolio_customer_id")

    op.drop_table("customers_portfolio")
    with op.batch_alter_table("customers_note", schema=None) as batch_op:
        batch_op.drop_index("ix_customers_note_customer_id")

    op.drop_table("customers_note")
    with op.batch_alter_table("customers_look", schema=None) as batch_op:
        batch_op.drop_index("ix_customers_look_person_id")
        batch_op.drop_index("ix_customers_look_customer_id")

    op.drop_table("customers_look")
    with op.batch_alter_table("customers_key_person", schema=None) as batch_op:
        batch_op.drop_index("ix_customers_key_person_customer_id")

    op.drop_table("customers_key_person")
    with op.batch_alter_table("customers_contact", schema=None) as batch_op:
        batch_op.drop_index("ix_customers_contact_person_id")
        batch_op.drop_index("ix_customers_contact_opportunity_id")
        batch_op.drop_index("ix_customers_contact_customer_id")

    op.drop_table("customers_contact")
    with op.batch_alter_table("workflow_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workflow_batch_owner_id"))
        batch_op.drop_index(
            "ix_workflow_batch_making",
            sqlite_where=sa.text("state = 'making'"),
            postgresql_where=sa.text("state = 'making'"),
        )

    op.drop_table("workflow_batch")
    with op.batch_alter_table("people_membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_people_membership_open",
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_people_membership_team_id"))
        batch_op.drop_index(batch_op.f("ix_people_membership_person_id"))

    op.drop_table("people_membership")
    with op.batch_alter_table("customers_import_fault", schema=None) as batch_op:
        batch_op.drop_index("ix_customers_import_fault_import_id")

    op.drop_table("customers_import_fault")
    with op.batch_alter_table("customers_customer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customers_customer_unit_id"))
        batch_op.drop_index("ix_customers_customer_tier")
        batch_op.drop_index(batch_op.f("ix_customers_customer_team_id"))
        batch_op.drop_index("ix_customers_customer_sort_key")
        batch_op.drop_index(batch_op.f("ix_customers_customer_name_key"))
        batch_op.drop_index("ix_customers_customer_industry")
        batch_op.drop_index("ix_customers_customer_holder_id_contact_due_on")
        batch_op.drop_index(batch_op.f("ix_customers_customer_holder_id"))
        batch_op.drop_index("ix_customers_customer_contact_due_on")
        batch_op.drop_index("ix_customers_customer_asset_value")

    op.drop_table("customers_customer")
    op.drop_table("workflow_definition")
    with op.batch_alter_table("people_unit_placement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_people_unit_placement_open",
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_people_unit_placement_unit_id"))
        batch_op.drop_index("ix_people_unit_placement_parent_id_valid_from")

    op.drop_table("people_unit_placement")
    with op.batch_alter_table("people_team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_team_unit_id"))

    op.drop_table("people_team")
    with op.batch_alter_table("people_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_session_person_id"))

    op.drop_table("people_session")
    with op.batch_alter_table("people_posting", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_people_posting_open",
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )
        batch_op.drop_index("ix_people_posting_unit_id_valid_from")
        batch_op.drop_index(batch_op.f("ix_people_posting_person_id"))

    op.drop_table("people_posting")
    with op.batch_alter_table("people_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_people_grant_open",
            sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_people_grant_administrator",
            sqlite_where=sa.text(
                "role IN ('sysadmin', 'secadmin', 'auditor') AND valid_to IS NULL AND superseded_at IS NULL"
            ),
            postgresql_where=sa.text(
                "role IN ('sysadmin', 'secadmin', 'auditor') AND valid_to IS NULL AND superseded_at IS NULL"
            ),
        )
        batch_op.drop_index("ix_people_grant_role_unit_id")
        batch_op.drop_index(batch_op.f("ix_people_grant_person_id"))

    op.drop_table("people_grant")
    with op.batch_alter_table("people_api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_api_token_person_id"))

    op.drop_table("people_api_token")
    with op.batch_alter_table("people_absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_absence_person_id"))
        batch_op.drop_index("ix_people_absence_deputy_id_valid_from")

    op.drop_table("people_absence")
    with op.batch_alter_table("customers_import", schema=None) as batch_op:
        batch_op.drop_index("ix_customers_import_state")
        batch_op.drop_index("ix_customers_import_person_id")

    op.drop_table("customers_import")
    op.drop_table("core_seal_head")
    with op.batch_alter_table("core_audit_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_audit_value_audit_id"))

    op.drop_table("core_audit_value")
    with op.batch_alter_table("api_idempotency", schema=None) as batch_op:
        batch_op.drop_index("ix_api_idempotency_at")

    op.drop_table("api_idempotency")
    op.drop_table("workflow_recomputation")
    op.drop_table("workflow_definition_draft")
    with op.batch_alter_table("sales_product", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_product_retired_at_kind")

    op.drop_table("sales_product")
    op.drop_table("people_unit")
    op.drop_table("people_term")
    with op.batch_alter_table("people_sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_people_sign_in_attempt_pair")
        batch_op.drop_index("ix_people_sign_in_attempt_origin")
        batch_op.drop_index("ix_people_sign_in_attempt_account")

    op.drop_table("people_sign_in_attempt")
    with op.batch_alter_table("people_person", schema=None) as batch_op:
        batch_op.drop_index("ix_people_person_pinyin")

    op.drop_table("people_person")
    op.drop_table("people_institution")
    with op.batch_alter_table("ops_verification", schema=None) as batch_op:
        batch_op.drop_index("ix_ops_verification_ended_at")

    op.drop_table("ops_verification")
    op.drop_table("ops_lease")
    op.drop_table("customers_recount")
    op.drop_table("core_setting")
    op.drop_table("core_seal")
    with op.batch_alter_table("core_outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_core_outbox_state_due_at")

    op.drop_table("core_outbox")
    op.drop_table("core_job_beat")
    with op.batch_alter_table("core_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_file_owner_id"))
        batch_op.drop_index(batch_op.f("ix_core_file_digest"))

    op.drop_table("core_file")
    op.drop_table("core_chain")
    op.drop_table("core_calendar_day")
    with op.batch_alter_table("core_audit", schema=None) as batch_op:
        batch_op.drop_index("ix_core_audit_target")
        batch_op.drop_index("ix_core_audit_at")
        batch_op.drop_index("ix_core_audit_action")

    op.drop_table("core_audit")
    with op.batch_alter_table("api_refused_token", schema=None) as batch_op:
        batch_op.drop_index("ix_api_refused_token_address_at")

    op.drop_table("api_refused_token")
