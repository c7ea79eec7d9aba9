"""Handlers around what is swapped catch what the twin raises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.planning import planned, replaced, stops_of

GET = "    try:\n        return requests.get(url).text\n    except {0}:\n        return ''\n"


def caught(
    folder: Path, exception: str, head: str = "import requests\ndef go(url):\n", body: str = GET
) -> dict[str, str]:
    plan = planned(folder, {"main": head + body.replace("{0}", exception)}, "main:go")
    assert plan.stops == (), [stop.reason for stop in plan.stops]
    found = replaced(folder, plan)
    return {text: template for text, template in found.items() if text not in ("requests.get", "time.sleep", "url")}


@pytest.mark.parametrize(
    ("exception", "template"),
    [
        ("requests.RequestException", "(httpx.HTTPError, httpx.InvalidURL)"),
        ("requests.exceptions.RequestException", "(httpx.HTTPError, httpx.InvalidURL)"),
        ("requests.HTTPError", "httpx.HTTPStatusError"),
        ("requests.Timeout", "httpx.TimeoutException"),
        ("requests.exceptions.ReadTimeout", "httpx.ReadTimeout"),
        ("requests.exceptions.JSONDecodeError", "json.JSONDecodeError"),
    ],
)
def test_an_exception_becomes_those_of_the_twin(tmp_path: Path, exception: str, template: str) -> None:
    assert caught(tmp_path, exception) == {exception: template}


def test_an_exception_imported_by_name_is_known(tmp_path: Path) -> None:
    head = "import requests\nfrom requests.exceptions import Timeout as Late\ndef go(url):\n"
    assert caught(tmp_path, "Late", head) == {"Late": "httpx.TimeoutException"}


def test_several_exceptions_are_merged_and_the_others_stay(tmp_path: Path) -> None:
    text = "(requests.Timeout, ValueError, requests.ReadTimeout)"
    (template,) = caught(tmp_path, text).values()
    assert template == "(httpx.TimeoutException, {0}, httpx.ReadTimeout)"


def test_no_twin_is_named_twice(tmp_path: Path) -> None:
    (template,) = caught(tmp_path, "(requests.Timeout, requests.exceptions.Timeout)").values()
    assert template == "httpx.TimeoutException"


def test_a_builtin_that_covered_the_librarys_errors_stays_and_gets_the_twins(tmp_path: Path) -> None:
    assert caught(tmp_path, "OSError") == {"OSError": "(OSError, httpx.HTTPError, httpx.InvalidURL)"}


@pytest.mark.parametrize("exception", ["ValueError", "Exception", "(KeyError, TypeError)", "mine.Error"])
def test_an_exception_that_means_the_same_stays(tmp_path: Path, exception: str) -> None:
    assert caught(tmp_path, exception, "import requests, mine\ndef go(url):\n") == {}


def test_a_handler_around_nothing_that_is_swapped_stays(tmp_path: Path) -> None:
    body = (
        "    try:\n        print(url)\n    except requests.Timeout:\n        pass\n    return requests.get(url).text\n"
    )
    assert caught(tmp_path, "", body=body) == {}


def test_a_handler_around_a_call_of_what_is_swapped_follows(tmp_path: Path) -> None:
    head = "import requests\ndef go(url): return requests.get(url).text\ndef above(url):\n"
    body = "    try:\n        return go(url)\n    except requests.Timeout:\n        return ''\n"
    assert caught(tmp_path, "", head, body) == {"requests.Timeout": "httpx.TimeoutException"}


def test_errors_of_json_are_caught_where_it_is_read_below_a_broad_handler(tmp_path: Path) -> None:
    (template,) = caught(tmp_path, "requests.RequestException", body=GET.replace(".text", ".json()")).values()
    assert template == "(httpx.HTTPError, httpx.InvalidURL, json.JSONDecodeError)"


@pytest.mark.parametrize("exception", ["requests.exceptions.RetryError", "requests.exceptions.SSLError"])
def test_an_exception_without_a_twin_is_a_stop(tmp_path: Path, exception: str) -> None:
    main = f"import requests\ndef go(url):\n{GET}".replace("{0}", exception)
    plan = planned(tmp_path, {"main": main}, "main:go")
    assert [code for code, _, _ in stops_of(plan)] == ["AW407"]


def test_the_response_of_an_error_that_may_have_none_is_read_with_care(tmp_path: Path) -> None:
    body = GET.replace("{0}", "{0} as error").replace("return ''", "return error.response")
    main = f"import requests\ndef go(url):\n{body}"
    plan = planned(tmp_path, {"main": main.replace("{0}", "requests.Timeout")}, "main:go")
    assert replaced(tmp_path, plan)["error.response"] == 'getattr({0}, "response", None)'
    fine = planned(tmp_path / "b", {"main": main.replace("{0}", "requests.HTTPError")}, "main:go")
    assert "error.response" not in replaced(tmp_path / "b", fine)
