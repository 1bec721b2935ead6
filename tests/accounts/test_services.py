"""Acts on accounts: what is allowed, what is refused, what the log keeps."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.accounts import passwords, services, tokens
from core.accounts.models import AccessLog, User
from core.accounts.services import Scope
from core.divisions.models import Division
from core.errors import DomainError, NotAllowed
from tests import people


@pytest.fixture
def divisions(db):
    Division.objects.bulk_create(
        Division(code=code, name=code, level="county" if len(code) == 6 else "township")
        for code in ("520527", "520527219", "520527105", "522731", "440113")
    )


def create(**changes):
    given = {
        "username": "li.ming",
        "role": "registry_officer",
        "scope": Scope("520527"),
        "full_name": "李明",
        **changes,
    }
    return services.create_user(**given)


def refusal(act, **arguments):
    with pytest.raises(DomainError) as caught:
        act(**arguments)
    return caught.value.code, caught.value.field


@pytest.mark.usefixtures("divisions")
class TestCreating:
    def test_generated_password_signs_in_and_must_be_changed(self):
        made = create()
        assert (made.user.check_password(made.password), made.user.must_change_password) == (True, True)

    def test_given_password_is_kept(self):
        made = create(password="Li-4-guo-2026", must_change=False)  # noqa: S106 - of nobody
        assert (made.user.check_password("Li-4-guo-2026"), made.user.must_change_password) == (True, False)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"role": "boss"}, ("role_unknown", "role")),
            ({"scope": Scope("999999")}, ("division_unknown", "division")),
            ({"role": "station_staff"}, ("required", "station")),
            ({"role": "provider"}, ("required", "institution")),
            ({"role": "partner_bureau", "scope": Scope()}, ("required", "division")),
            ({"username": "a b"}, ("invalid", "username")),
            ({"username": ""}, ("invalid", "username")),
            ({"password": "short"}, ("password_weak", "password")),
            ({"full_name": "长" * 61}, ("invalid", "full_name")),
        ],
    )
    def test_bad_input_is_refused_with_its_field(self, changes, expected):
        assert refusal(create, **changes) == expected
        assert User.objects.count() == 0

    def test_name_taken_in_another_case_is_refused(self):
        create(username="LiMing")
        assert refusal(create, username="liming") == ("taken", "username")

    def test_database_itself_refuses_a_second_capitalisation(self):
        people.make_user("Wang", "auditor")
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(username="wang", role="auditor")

    def test_county_manager_makes_accounts_of_the_own_county_only(self):
        manager = people.county_clerk()
        assert create(by=manager).user.pk
        assert refusal(create, username="other", by=manager, scope=Scope("522731")) == ("out_of_scope", "division")
        assert refusal(create, username="all", by=manager, scope=Scope("")) == ("out_of_scope", "division")

    def test_business_manager_makes_no_overseer(self):
        assert refusal(create, role="log_admin", by=people.county_clerk()) == ("system_role", "role")
        assert create(role="log_admin", by=people.with_role("system_admin", "")).user.pk

    def test_who_may_not_manage_accounts_makes_none(self):
        assert refusal(create, by=people.township_clerk())[0] == "not_allowed"

    def test_change_keeps_what_was_before_in_the_log(self):
        user = create().user
        services.change_account(
            user=user,
            role="dispatch_officer",
            scope=Scope("520527219"),
            full_name="李明",
            phone="",
            by=people.county_clerk(),
        )
        user.refresh_from_db()
        line = AccessLog.objects.get(action="accounts.change")
        assert (user.role, user.scope_division) == ("dispatch_officer", "520527219")
        assert line.detail == {
            "before": {
                "role": "registry_officer",
                "division": "520527",
                "villages": [],
                "stations": [],
                "institutions": [],
            }
        }

    def test_nobody_manages_their_own_account(self):
        clerk = people.county_clerk()
        for act in (
            lambda: services.reset_password(user=clerk, by=clerk),
            lambda: services.set_active(user=clerk, active=False, by=clerk),
            lambda: services.change_account(
                user=clerk, role="auditor", scope=Scope("520527"), full_name="", phone="", by=clerk
            ),
        ):
            with pytest.raises(NotAllowed) as caught:
                act()
            assert caught.value.code == "own_account"


class TestPasswordRules:
    @pytest.mark.parametrize(
        ("password", "broken"),
        [
            ("Abcdef-123", 0),
            ("abcdef-123", 0),
            ("中文密码也算字ab1", 1),
            ("Abc-123", 1),
            ("abcdefghij", 1),
            ("1234567890", 1),
            ("abcdefgh12", 1),
            ("abc", 2),
            ("Xu.Hong-2026", 1),
            ("gnoh.uX-2026", 1),
        ],
    )
    def test_number_of_broken_rules(self, password, broken):
        assert len(passwords.faults_of(password, username="xu.hong")) == broken

    def test_generated_passwords_keep_the_rules_and_differ(self):
        made = {passwords.generate() for _n in range(200)}
        assert [password for password in made if passwords.faults_of(password, username="")] == []
        assert (len(made), {len(password) for password in made}) == (200, {14})
        assert not set("".join(made)) & set("0O1lI")

    @pytest.mark.django_db
    def test_last_five_passwords_do_not_come_back_and_the_sixth_may(self):
        user = create_plain()
        spent = [people.PASSWORD, *[f"Zhong-wen-{n}" for n in range(5)]]
        for current, new in pairwise(spent):
            services.change_password(user=user, current=current, new=new)
        for old in spent[1:]:
            assert refusal(services.change_password, user=user, current=spent[-1], new=old) == (
                "password_reused",
                "new",
            )
        services.change_password(user=user, current=spent[-1], new=spent[0])
        assert user.check_password(spent[0])

    @pytest.mark.django_db
    def test_change_needs_the_current_password(self):
        user = create_plain()
        assert refusal(services.change_password, user=user, current="no", new="Zhong-wen-1") == (
            "password_wrong",
            "current",
        )

    @pytest.mark.django_db
    def test_change_lifts_the_force_and_starts_the_ninety_days(self):
        user = create_plain(must_change_password=True, password_changed_at=timezone.now() - timedelta(days=91))
        forced = passwords.must_change(user)
        services.change_password(user=user, current=people.PASSWORD, new="Zhong-wen-1")
        assert (forced, passwords.must_change(user), user.must_change_password) == (True, False, False)

    @pytest.mark.parametrize(("days", "expected"), [(89, False), (91, True)])
    def test_password_expires_after_ninety_days(self, days, expected):
        assert passwords.must_change(User(password_changed_at=timezone.now() - timedelta(days=days))) is expected

    @pytest.mark.parametrize(("days", "expected"), [(89, False), (91, True)])
    @pytest.mark.parametrize("field", ["created_at", "last_login", "last_seen", "password_changed_at"])
    def test_account_is_dormant_ninety_days_after_its_last_use(self, field, days, expected):
        long_ago = timezone.now() - timedelta(days=400)
        user = User(created_at=long_ago, password_changed_at=long_ago)
        setattr(user, field, timezone.now() - timedelta(days=days))
        assert passwords.is_dormant(user) is expected

    @pytest.mark.django_db
    def test_reset_wakes_the_account_and_forces_a_change(self):
        long_ago = timezone.now() - timedelta(days=400)
        user = create_plain(password_changed_at=long_ago, last_seen=long_ago, created_at=long_ago)
        asleep = passwords.is_dormant(user)
        password = services.reset_password(user=user, by=None)
        assert (asleep, passwords.is_dormant(user), passwords.must_change(user)) == (True, False, True)
        assert user.check_password(password)


def create_plain(**fields):
    return people.make_user("xu.hong", "dispatch_officer", people.COUNTY, **fields)


@pytest.mark.django_db
class TestTokens:
    def issue(self, **changes):
        return services.issue_token(
            **{"user": create_plain(), "name": "上报", "scopes": ["statistics:read"], "days": 30, **changes}
        )

    def test_only_the_hash_is_stored_and_the_text_opens_it(self):
        issued = self.issue()
        text = tokens.parse(issued.text)
        stored = "".join(str(value) for value in type(issued.token).objects.values_list().get(pk=issued.token.pk))
        assert text.opens(issued.token.digest)
        assert text.secret not in stored

    def test_token_lives_for_its_days(self):
        token = self.issue(days=30).token
        left = token.expires_at - timezone.now()
        assert timedelta(days=29, hours=23) < left <= timedelta(days=30)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"scopes": []}, ("scope_unknown", "scopes")),
            ({"scopes": ["  "]}, ("scope_unknown", "scopes")),
            ({"scopes": ["statistics:read", "all"]}, ("scope_unknown", "scopes")),
            ({"days": 0}, ("days", "days")),
            ({"days": 3651}, ("days", "days")),
        ],
    )
    def test_bad_input_is_refused(self, changes, expected):
        assert refusal(self.issue, **changes) == expected

    def test_closing_an_account_revokes_its_tokens_and_opening_does_not_bring_them_back(self):
        token = self.issue().token
        user = token.user
        services.set_active(user=user, active=False, by=people.county_clerk(), reason="离岗")
        services.set_active(user=user, active=True, by=people.county_clerk())
        token.refresh_from_db()
        assert (token.is_live, user.is_active) == (False, True)
        assert AccessLog.objects.get(action="accounts.deactivate").reason == "离岗"

    def test_revoking_twice_keeps_the_first_time(self):
        token = self.issue().token
        services.revoke_token(token=token, by=None)
        first = token.revoked_at
        services.revoke_token(token=token, by=None)
        assert (token.revoked_at, AccessLog.objects.filter(action="tokens.revoke").count()) == (first, 1)

    @given(st.text())
    def test_any_text_is_a_token_or_not(self, text):
        parsed = tokens.parse(text)
        assert parsed is None or str(parsed) == text

    def test_made_tokens_parse_to_themselves(self):
        made = tokens.make()
        assert tokens.parse(str(made)) == made


@pytest.mark.django_db
class TestAccessLog:
    @pytest.mark.parametrize(
        "statement", ["UPDATE accounts_accesslog SET reason = 'x'", "DELETE FROM accounts_accesslog"]
    )
    def test_database_refuses_to_change_or_remove_a_line(self, statement):
        services.log_access(
            user=people.county_clerk(), action="reveal", object_type="worker", object_id=7, reason="核对"
        )
        with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        line = AccessLog.objects.get()
        assert (line.username, line.object_id, line.reason, line.count) == ("xian", "7", "核对", 1)

    def test_saving_a_line_again_is_refused(self):
        line = services.log_access(user=None, action="test")
        with pytest.raises(TypeError):
            line.save()
