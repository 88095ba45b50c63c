"""Notices: what is published to whom, and one receipt for each person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of notices."""
    op.create_table(
        "work_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column(
            "questions",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "rule",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("read_by", sa.Date(), nullable=True),
        sa.Column("sign", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=300), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "category IN ('notice', 'rules', 'product', 'risk', 'own_research', 'bought_research')",
            name=op.f("ck_work_notice_category"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'checking', 'published', 'withdrawn', 'expired')", name=op.f("ck_work_notice_state")
        ),
        sa.CheckConstraint("read_by IS NULL OR required", name=op.f("ck_work_notice_read_by")),
        sa.CheckConstraint("wanted <= revision", name=op.f("ck_work_notice_wanted")),
        sa.ForeignKeyConstraint(["author_id"], ["people_person.id"], name=op.f("fk_work_notice_author_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_work_notice_run_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_notice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_notice")),
        sa.UniqueConstraint("author_id", "submission", name=op.f("uq_work_notice_author_id_submission")),
        sa.UniqueConstraint("run_id", name=op.f("uq_work_notice_run_id")),
    )
    with op.batch_alter_table("work_notice", schema=None) as batch_op:
        batch_op.create_index("ix_work_notice_author_id", ["author_id", "id"], unique=False)
        batch_op.create_index("ix_work_notice_published_at", ["published_at", "id"], unique=False)
        batch_op.create_index("ix_work_notice_state", ["state", "delivered_at"], unique=False)
        batch_op.create_index("ix_work_notice_unit_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "work_notice_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=op.f("fk_work_notice_file_file_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["work_notice.id"], name=op.f("fk_work_notice_file_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_notice_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_work_notice_file_file_id")),
    )
    with op.batch_alter_table("work_notice_file", schema=None) as batch_op:
        batch_op.create_index("ix_work_notice_file_notice_id", ["notice_id", "id"], unique=False)

    op.create_table(
        "work_notice_revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "questions",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people_person.id"], name=op.f("fk_work_notice_revision_by")),
        sa.ForeignKeyConstraint(["notice_id"], ["work_notice.id"], name=op.f("fk_work_notice_revision_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_notice_revision")),
        sa.UniqueConstraint("notice_id", "number", name=op.f("uq_work_notice_revision_notice_id_number")),
    )
    op.create_table(
        "work_receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("read_revision", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("signed_name", sa.String(length=60), nullable=False),
        sa.Column("signed_digest", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "signed_at IS NULL OR (signed_name <> '' AND signed_digest <> '')", name=op.f("ck_work_receipt_signed")
        ),
        sa.CheckConstraint("(read_at IS NULL) = (read_revision = 0)", name=op.f("ck_work_receipt_read")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_work_receipt_attempts")),
        sa.ForeignKeyConstraint(["notice_id"], ["work_notice.id"], name=op.f("fk_work_receipt_notice_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_receipt_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_receipt")),
        sa.UniqueConstraint("notice_id", "person_id", name=op.f("uq_work_receipt_notice_id_person_id")),
    )
    with op.batch_alter_table("work_receipt", schema=None) as batch_op:
        batch_op.create_index("ix_work_receipt_person_id", ["person_id", "notice_id"], unique=False)
        batch_op.create_index("ix_work_receipt_unread", ["notice_id", "read_revision", "rung"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX work_notice_fts ON work_notice USING gin (to_tsvector('simple', search_text))")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE work_notice_fts USING fts5(search_text, content='work_notice', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 0', prefix='1 2 3 4')"
        )


def downgrade() -> None:
    """Take them away again."""
    op.execute(f"DROP {'INDEX' if op.get_bind().dialect.name == 'postgresql' else 'TABLE'} work_notice_fts")
    with op.batch_alter_table("work_receipt", schema=None) as batch_op:
        batch_op.drop_index("ix_work_receipt_unread")
        batch_op.drop_index("ix_work_receipt_person_id")

    op.drop_table("work_receipt")
    op.drop_table("work_notice_revision")
    with op.batch_alter_table("work_notice_file", schema=None) as batch_op:
        batch_op.drop_index("ix_work_notice_file_notice_id")

    op.drop_table("work_notice_file")
    with op.batch_alter_table("work_notice", schema=None) as batch_op:
        batch_op.drop_index("ix_work_notice_unit_id")
        batch_op.drop_index("ix_work_notice_state")
        batch_op.drop_index("ix_work_notice_published_at")
        batch_op.drop_index("ix_work_notice_author_id")

    op.drop_table("work_notice")
