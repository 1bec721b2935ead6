"""What the tests of dispatch look at: the rows of a list, the state of a passenger."""

import re


def names(browser, address):
    page = browser.get(address)
    assert page.status_code == 200, address
    return re.findall(r'class="row-link">([^<]*)<', page.content.decode())


def state(row):
    row.refresh_from_db()
    return row.boarded, row.arrived, row.at_post_on, row.outcome
