"""Finding Chinese names by characters, pinyin and initials, on both engines."""

import pytest
from sqlalchemy import Table, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import search, triggers
from app.core.database import Base, Id, db, session


class Named(Base):
    """A tiny searchable table of these tests."""

    __tablename__ = "tests_named"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    search_text: Mapped[str]


table: Table = Named.__table__
search.index(table)
Base.metadata.remove(table)  # the product's own schema knows nothing of it
triggers._registry.pop("tests_named_fts")

NAMES = ("曾国华", "单雄信", "宁波港集团有限公司", "Hongyuan Tiles 宏远陶瓷", "宏达建材", "𠮷祥五金")


@pytest.fixture
def find(app):
    table.create(session.connection())
    session.add_all(Named(name=name, search_text=search.index_text(name)) for name in NAMES)
    session.commit()
    yield lambda q: set(session.scalars(select(Named.name).where(search.matches(Named, q))))
    session.rollback()
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TABLE IF EXISTS tests_named_fts")
        table.drop(connection)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("国华", {"曾国华"}),
        ("宏", {"Hongyuan Tiles 宏远陶瓷", "宏达建材"}),
        ("zgh", {"曾国华"}),
        ("zengguo", {"曾国华"}),
        ("sxx", {"单雄信"}),
        ("nbg", {"宁波港集团有限公司"}),
        ("ningbo", {"宁波港集团有限公司"}),
        ("TILES", {"Hongyuan Tiles 宏远陶瓷"}),
        ("宏远 tiles", {"Hongyuan Tiles 宏远陶瓷"}),
        ("ＴＩＬＥＳ", {"Hongyuan Tiles 宏远陶瓷"}),
        ("𠮷祥", {"𠮷祥五金"}),
        ("国港", set()),
        ("", set()),
        ('" OR 1 --', set()),
        ("'); DROP TABLE x", set()),
        ("*&|!:()", set()),
    ],
)
def test_names_are_found(find, q, found):
    assert find(q) == found


def test_a_changed_name_is_found_by_the_new_one_only(find):
    row = session.scalars(select(Named).where(Named.name == "曾国华")).one()
    row.search_text = search.index_text("王小明")
    session.commit()
    assert find("国华") == set()
    assert find("wxm") == {"曾国华"}
