"""The first page of the administration: its places, and the checklist of an institution that begins."""

from flask import url_for

from app.people import administration
from app.people.permissions import ADMIN_VIEW
from app.people.views import bp
from app.web.access import access
from app.web.current import actor
from app.web.render import page


@bp.get("/admin")
@access(ADMIN_VIEW)
def admin() -> str:
    """What can be administered, and what is still to do."""
    reader = actor()
    tasks = [
        {
            "title": task.title,
            "text": task.text,
            "done": done,
            "href": url_for(task.endpoint)
            if task.endpoint and (task.permission is None or reader.may(task.permission))
            else None,
        }
        for task, done in administration.tasks()
    ]
    places = [
        {"title": each.title, "text": each.text, "href": url_for(each.endpoint), "icon": each.icon}
        for each in administration.places(reader)
    ]
    return page(
        "people/overview/admin.html", tasks=tasks, places=places, open_tasks=sum(not task["done"] for task in tasks)
    )
