"""The test's own browser: signs in as people do, keeps apart what belongs to different requests, reads pages."""

import pytest
from flask import Flask

from tests.factories.people import create_person
from tests.support.client import Client
from tests.support.page import Page


def page_of(html: str, app: Flask) -> Page:
    """A page with that HTML."""
    answer = app.test_client().get("/healthz")
    answer.set_data(html)
    return Page(answer)


def test_a_person_signs_in_and_is_known(client: Client):
    person = create_person("王芳")
    client.sign_in(person)
    page = client.page("/today")
    assert "王芳" in page.text() or person.username in page.text()


def test_two_clients_are_two_people(app: Flask, client: Client):
    client.sign_in(create_person())
    other = app.test_client()
    assert other.get("/today").status_code == 303


def test_a_form_is_sent_as_it_stands(client: Client):
    person = create_person()
    page = client.page("/login")
    page = client.submit(page, username=person.username, password="wrong", status=422)
    assert page.form()["username"] == person.username


def test_what_the_test_added_is_there_for_the_request_and_the_other_way_round(client: Client, database):
    before = database.count("people_session")
    client.sign_in(create_person())
    assert database.count("people_session") == before + 1


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p id=a></p><p id=a></p>", "id 'a' stands 2 times"),
        ("<form method=post></form>", "no CSRF token"),
        ("<input name=x>", "no label for x"),
        ("<script>1</script>", "inline script"),
        ("<p style='color: red'>x</p>", "inline style"),
        ("<a href='javascript:x'>x</a>", "javascript: link"),
        ("<button onclick=x>x</button>", "event handler"),
        ("<p>%(name)s</p>", "reads"),
        ("<img src=x>", "no alt"),
        ("<button></button>", "without words"),
        ("<!doctype html><html><title>x</title><main><h1>x</h1></main></html>", "lang=None"),
        ("<!doctype html><html lang=en><title> · </title><main><h1>x</h1></main></html>", "no title"),
    ],
)
def test_a_faulty_page_is_refused(app: Flask, html: str, fault: str):
    with pytest.raises(AssertionError, match="(?s)" + fault.replace("(", r"\(")):
        page_of(html, app).check()
