"""The check of translations finds what an English reader would miss."""

from babel.messages.catalog import Catalog

from scripts import messages


def catalogue(**texts):
    made = Catalog(locale="en", domain="django")
    for text, english in texts.items():
        made.add(text, english, locations=[("page.html", 3)])
    return made


def faults(known, found):
    return [fault.partition(": ")[2] for fault in messages.catalogue_faults(known, found)]


def test_a_complete_catalogue_has_no_fault():
    assert faults(catalogue(导入="Import"), catalogue(导入="")) == []


def test_a_text_without_english_is_named_with_its_place():
    assert list(messages.catalogue_faults(catalogue(), catalogue(导入=""))) == [
        "page.html:3: “导入” has no English; run scripts/messages.py update, then translate it"
    ]


def test_a_translation_nobody_uses_is_told():
    assert faults(catalogue(旧="Old"), catalogue()) == ["“旧” is no longer used; run scripts/messages.py update"]


def test_an_english_msgid_is_told():
    assert faults(catalogue(Import="Import"), catalogue(Import="")) == [
        "“Import” is not Chinese; msgids are the Chinese text"
    ]


def test_a_lost_placeholder_is_told():
    known, found = catalogue(**{"共 %(n)s 行": "rows"}), catalogue(**{"共 %(n)s 行": ""})
    assert faults(known, found) == ["the English of “共 %(n)s 行” has other placeholders"]


def write(folder, text):
    path = folder / "templates" / "page.html"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def test_texts_of_a_template_are_found_and_unmarked_chinese_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    write(
        tmp_path,
        '{# 注释 #}\n  <p>{% translate "姓名" %}</p>\n<p>{% blocktranslate count n=n %}{{ n }} 人{% plural %}{{ n }} 人们'
        '{% endblocktranslate %}</p>\n<b title="{% translate "电话" %}">漏掉</b>{{ _("户") }}\n',
    )
    assert {message.id for message in messages.marked_texts() if message.id} == {
        "姓名",
        "电话",
        "户",
        ("%(n)s 人", "%(n)s 人们"),
    }
    assert list(messages.unmarked_texts()) == [
        'templates/page.html:4: Chinese outside of a translate tag: <b title="">漏掉</b>{{  }}'
    ]


def test_an_official_form_may_stay_chinese(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    write(tmp_path, "{# zh-only: 法定表样 #}<p>编制单位</p>")
    assert list(messages.unmarked_texts()) == []


def test_python_texts_are_found_with_their_context(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "core").mkdir()
    source = tmp_path / "core" / "page.py"
    source.write_text('a = _("甲")\nb = pgettext("动词", "乙")\nc = gettext_lazy("丙")\n', encoding="utf-8")
    found = [(message.context, message.id) for message in messages.marked_texts() if message.id]
    assert found == [(None, "甲"), ("动词", "乙"), (None, "丙")]
