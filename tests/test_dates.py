"""Dates in the spellings of feeds, agencies, records and pages."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.readers.dates import best, dated, places


@pytest.mark.parametrize(
    ("written", "published"),
    [
        # ISO 8601 and its neighbours
        ("2023-11-09", "2023-11-09"),
        ("20231109", "2023-11-09"),
        ("2023-11-09T21:05+0530", "2023-11-09T15:35:00Z"),
        ("2023-11-09 21:05:10.5", "2023-11-09T21:05:10.500000Z"),
        ("2023/11/9 21:05", "2023-11-09T21:05:00Z"),
        ("20231109T210510Z", "2023-11-09T21:05:10Z"),
        ("20231109210510", "2023-11-09T21:05:10Z"),
        ("202311092105", "2023-11-09T21:05:00Z"),
        ("2023-11-09T24:00:00Z", "2023-11-10T00:00:00Z"),
        ("2023-11-09T21:05:10+01:00[Europe/Berlin]", "2023-11-09T20:05:10Z"),
        ("2023-11-09 21:05 Europe/Berlin", "2023-11-09T20:05:00Z"),
        ("2023-11-09 21:05:10 +0000 UTC", "2023-11-09T21:05:10Z"),
        # moments as numbers
        ("1699563910", "2023-11-09T21:05:10Z"),
        ("1699563910123", "2023-11-09T21:05:10.123000Z"),
        ("/Date(1699563910000)/", "2023-11-09T21:05:10Z"),
        # mail, JavaScript, C
        ("Thu, 09 Nov 2023 21:05:10 +0100", "2023-11-09T20:05:10Z"),
        ("Thu, 9 Nov 23 21:05 GMT", "2023-11-09T21:05:00Z"),
        ("Thu Nov 09 2023 21:05:10 GMT+0100 (Central European Standard Time)", "2023-11-09T20:05:10Z"),
        ("Thu Nov  9 21:05:10 2023", "2023-11-09T21:05:10Z"),
        ("Thu Nov  9 21:05:10 EST 2023", "2023-11-10T02:05:10Z"),
        # names of zones
        ("Thu, 09 Nov 2023 21:05:10 CET", "2023-11-09T20:05:10Z"),
        ("Sun, 09 Jul 2023 21:05:10 CEST", "2023-07-09T19:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 EET", "2023-11-09T19:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 MSK", "2023-11-09T18:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 AEDT", "2023-11-09T10:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 NZDT", "2023-11-09T08:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 JST", "2023-11-09T12:05:10Z"),
        ("9 July 2023 9:05 pm PT", "2023-07-10T04:05:00Z"),
        ("9 November 2023 9:05 pm ET", "2023-11-10T02:05:00Z"),
        # as people write them
        ("November 9, 2023", "2023-11-09"),
        ("Nov. 9, 2023 at 9:05 p.m.", "2023-11-09T21:05:00Z"),
        ("Nov 9 2023 12:05 AM", "2023-11-09T00:05:00Z"),
        ("Nov 9 2023 12 PM", "2023-11-09T12:00:00Z"),
        ("9th November 2023", "2023-11-09"),
        ("09-NOV-2023", "2023-11-09"),
        ("11/23/2023 9:05 PM", "2023-11-23T21:05:00Z"),
        ("23/11/2023", "2023-11-23"),
        ("9.11.2023 21:05", "2023-11-09T21:05:00Z"),
        ("9.11.2023 klo 21.05", "2023-11-09T21:05:00Z"),
        ("Donnerstag, 9. November 2023, 21:05 Uhr", "2023-11-09T21:05:00Z"),
        ("9. Jänner 2023", "2023-01-09"),
        ("jeudi 9 novembre 2023 à 21h05", "2023-11-09T21:05:00Z"),
        ("1er août 2023", "2023-08-01"),
        ("mar, 07 mar 2023 21:05:10 +0100", "2023-03-07T20:05:10Z"),
        ("quinta-feira, 9 de novembro de 2023 às 21h05", "2023-11-09T21:05:00Z"),
        ("jueves, 9 de noviembre de 2023", "2023-11-09"),
        ("czwartek, 9 listopada 2023", None),  # October in Croatian
        ("9 ноября 2023 г. в 21:05", "2023-11-09T21:05:00Z"),
        ("Чт, 09 ноя 2023 21:05:10 +0300", "2023-11-09T18:05:10Z"),
        ("9 листопада 2023", "2023-11-09"),
        ("9 Kasım 2023 Perşembe 21:05", "2023-11-09T21:05:00Z"),
        ("9 Νοεμβρίου 2023", "2023-11-09"),
        ("2023年11月9日 21時05分", "2023-11-09T21:05:00Z"),
        ("2023年11月9日 下午9:05", "2023-11-09T21:05:00Z"),
        ("2023년 11월 9일 오후 9:05", "2023-11-09T21:05:00Z"),
        ("٩ نوفمبر ٢٠٢٣", "2023-11-09"),
        ("9 नवंबर 2023", "2023-11-09"),
        ("9 พฤศจิกายน 2566", "2023-11-09"),
        ("9 tháng 11, 2023", "2023-11-09"),
        ("יום חמישי, 9 בנובמבר 2023", "2023-11-09"),
        # what is no date, or more than one
        ("04/05/2023", None),
        ("04-05-2023", None),
        ("yesterday", None),
        ("3 hours ago", None),
        ("some day in March 2023", None),
        ("November 2023", None),
        ("2023", None),
        ("21:05", None),
        ("31.02.2023", None),
        ("2023-13-01", None),
        ("Thu, 09 Nov 2023 25:05:00 GMT", None),
        ("Thu, 09 Nov 2023 21:05:10 XQZ", None),
        ("Sun, 07 Jul 3013 15:06:01 +0000", None),
        ("9 November 2023, 10 November 2023", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_it_is_meant_or_not_at_all(written: str, published: str | None) -> None:
    found = dated(written)
    assert (found and str(found)) == published


@pytest.mark.parametrize(
    ("written", "language", "host", "published"),
    [
        ("Thu, 09 Nov 2023 21:05:10 IST", "en", "www.example.in", "2023-11-09T15:35:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 IST", None, "", "2023-11-09T15:35:10Z"),
        ("Sun, 09 Jul 2023 21:05:10 IST", "en-IE", "", "2023-07-09T20:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 IST", "he", "", "2023-11-09T19:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 IST", "en", "news.example.co.il", "2023-11-09T19:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 CST", "zh-CN", "", "2023-11-09T13:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 CST", "en-US", "", "2023-11-10T03:05:10Z"),
        ("Thu, 09 Nov 2023 21:05:10 EST", "en", "example.com.au", "2023-11-09T11:05:10Z"),
        ("04/05/2023", "en-US", "", "2023-04-05"),
        ("04/05/2023", "en", "example.co.uk", "2023-05-04"),
        ("04/05/2023", "fr", "", "2023-05-04"),
        ("9 listopada 2023", "pl", "", "2023-11-09"),
        ("9. listopada 2023.", "hr", "", "2023-10-09"),
    ],
)
def test_where_a_text_comes_from_tells_what_its_date_means(
    written: str, language: str | None, host: str, published: str
) -> None:
    assert str(dated(written, places(language, host))) == published


def test_values_that_are_no_text_are_dates_too() -> None:
    moment = datetime(2023, 11, 9, 21, 5, tzinfo=timezone(timedelta(hours=1)))
    assert str(dated(moment)) == "2023-11-09T20:05:00Z"
    assert str(dated(date(2023, 11, 9))) == "2023-11-09"
    assert str(dated(1699563910)) == str(dated(1699563910.0)) == "2023-11-09T21:05:10Z"
    assert str(dated(1699563910123456789)) == "2023-11-09T21:05:10.123000Z"
    assert str(dated({"$date": "2023-11-09T21:05:00Z"})) == "2023-11-09T21:05:00Z"
    assert str(dated({"$date": {"$numberLong": "1699563910000"}})) == "2023-11-09T21:05:10Z"
    assert str(dated([None, "2023-11-09"])) == "2023-11-09"
    for nothing in (None, True, 0, 2023, float("nan"), float("inf"), [], {}, object()):
        assert dated(nothing) is None


@pytest.mark.parametrize(
    ("values", "published"),
    [
        (["2023-11-09 21:05:10", "2023-11-09T21:05:10+01:00"], "2023-11-09T20:05:10Z"),
        (["2023-11-09 21:05:10.0", "2023-11-09T20:05:10Z"], "2023-11-09T20:05:10Z"),
        (["2023-11-09 21:05:10", "2023-11-12T08:00:00+01:00"], "2023-11-09T21:05:10Z"),
        (["2023-11-09T21:05:10+01:00", "2023-11-09T21:05:10"], "2023-11-09T20:05:10Z"),
        (["2023-11-09", "2023-11-09T21:05:10+01:00"], "2023-11-09T20:05:10Z"),
        (["2023-11-09", "2023-11-10T21:05:10+01:00"], "2023-11-09"),
        (["soon", None, "2023-11-09"], "2023-11-09"),
    ],
)
def test_of_several_values_the_first_counts_as_the_others_say_it_better(
    values: list[str], published: str
) -> None:
    assert str(best(values)) == published


@given(st.text(alphabet="0123456789 -/:.,TZ+apm年月日JanuaryмартGMT()[]", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = dated(text)
    assert found is None or str(found)


def _calendar() -> dict[str, str]:
    months: dict[str, str] = json.loads((files("dedup") / "data" / "dates.json").read_text("utf-8"))["months"]
    return months


def test_no_month_is_taken_for_an_hour() -> None:
    """Turkish "3 haziran" begins like "3 h", the hour."""
    names = [(name, int(month)) for month, names in _calendar().items() for name in names.split()]
    wrong = [name for name, month in names if str(dated(f"3 {name} 2024")) != f"2024-{month:02}-03"]
    assert [name for name in wrong if "\u200c" not in name] == []
    assert str(dated("3 Haziran 2024 Pazartesi 17:09")) == "2024-06-03T17:09:00Z"


def test_dates_of_php_have_their_zone_beside_them() -> None:
    value = {"date": "2024-06-03 10:00:00.000000", "timezone_type": 3, "timezone": "Europe/Berlin"}
    assert str(dated(value)) == "2024-06-03T08:00:00Z"


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_zone_that_leads_out_of_the_calendar_makes_no_date(text: str) -> None:
    assert dated(text) is None
