"""Every page and who looks at it: for checks that hold on all of them."""

from tests.journeys.firm import Firm

PAGES: dict[str, tuple[str, ...]] = {
    "": ("/login",),
    "manager": (
        "/today",
        "/sales",
        "/sales/list",
        "/sales/opportunities/new",
        "/sales/opportunities/new?customer={customer}",
        "/sales/opportunities/{preparing}",
        "/sales/opportunities/{closed}",
        "/sales/opportunities/{preparing}/edit",
        "/sales/opportunities/{preparing}/close",
        "/sales/opportunities/{preparing}/move",
        "/sales/opportunities/{preparing}/timeline",
        "/turns/{turn}",
        "/runs/{run}",
        "/customers",
        "/customers/{customer}",
        "/customers/{customer}/edit",
        "/customers/{customer}/visit",
        "/customers/{customer}/call",
        "/customers/{customer}/key-persons",
        "/customers/{customer}/related",
        "/customers/{customer}/dates",
        "/customers/{customer}/timeline",
        "/customers/key-persons/{key_person}",
        "/customers/new",
        "/customers/contacts",
        "/customers/contacts/{contact}",
        "/sales/products",
        "/me",
        "/work/notifications",
        "/work/reports",
        "/work/reports/new",
        "/work/reports/new/work_service_request",
        "/work/reports/library",
        "/work/notifications/preferences",
        "/me/password",
    ),
    "business": ("/today", "/sales/opportunities/{designing}"),
    "support": ("/today", "/customers"),
    "leader": (
        "/today",
        "/team",
        "/sales/opportunities/{deciding}",
        "/customers/{customer}/holder",
        "/admin/teams/{team}",
    ),
    "supervisor": (
        "/today",
        "/team",
        "/team?show=overdue",
        "/work/reports?show=received",
        "/customers/tiers",
        "/customers/import",
        "/customers/looks",
        "/sales",
        "/admin/absences",
        "/admin/absences/new",
        "/admin/teams",
        "/admin/teams/new",
    ),
    "hr": (
        "/today",
        "/admin",
        "/admin/people",
        "/admin/people/{person}",
        "/admin/units",
        "/admin/units/new",
        "/admin/units/{unit}",
        "/admin/calendar",
    ),
    "risk": ("/today", "/sales"),
    "trainee": ("/today", "/sales", "/customers"),
    "sysadmin": (
        "/today",
        "/admin",
        "/admin/people/new",
        "/admin/people/{person}/edit",
        "/admin/import",
        "/admin/vocabulary",
        "/admin/mail",
        "/admin/processes",
        "/admin/processes/sale",
        "/admin/processes/sale/edit",
        "/admin/processes/sale/versions/1",
        "/sales/products/new",
        "/sales/products/{product}",
    ),
    "secadmin": ("/today", "/admin/grants", "/admin/grants/permissions", "/admin/people/{person}"),
    "auditor": ("/today", "/audit", "/audit/1", "/audit/steps"),
}
PARTS = {
    "static", "work.home", "health.healthz", "health.readyz", "files.download", "audit.head", "customers.duplicates", "customers.found",
    "customers.import_template", "people.import_template", "sales.column", "work.things", "workflow.completing", "work.notification",
    # these exist only after an import, or once a process has two versions
    "customers.import_job", "workflow.move_page",
}  # fmt: skip
"""What answers GET and is no page of its own: redirects, downloads, parts, and what needs a history to be there."""


def marks(firm: Firm) -> dict[str, int]:
    """Numbers of things that the addresses name, made through the API where there may be none."""
    manager = firm.program("manager")
    preparing = firm.sale(until="survey")
    firm.close(closed := firm.sale())
    teams = manager.get("/teams")["items"]
    return {
        "customer": preparing.customer_id,
        "preparing": preparing.id,
        "run": preparing.run_id,
        "turn": firm.waiting(preparing)["id"],
        "closed": closed.id,
        "designing": firm.sale(until="design").id,
        "deciding": firm.sale(until="decide").id,
        "team": teams[0]["id"],
        "unit": teams[0]["unit"]["id"],
        "person": manager.id,
        "product": 1,
        "key_person": firm.number("SELECT min(id) FROM customers_key_person"),
        "contact": firm.number("SELECT max(id) FROM customers_contact WHERE customer_id = ?", preparing.customer_id),
    }
