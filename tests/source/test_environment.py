"""Which folders does an environment's code lie in, and which file is a module?"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from awaitify.failure import UsageError
from awaitify.source.environment import Library, Located, find_library, open_environment, this_python
from tests.programs import program

SITE = "lib/python3.12/site-packages"


def venv(folder: Path, files: dict[str, str] | None = None, *, site: str = SITE, more: str = "") -> Path:
    """A virtual environment with *files* in its site-packages, over a Python that lies beside it."""
    base = program(folder / "base", {"lib/python3.12/os": "", "lib/python3.12/queue": "", "bin/python3.12": ""})
    home = folder / "venv"
    (home / site).mkdir(parents=True)
    program(home / site, files)
    (home / "pyvenv.cfg").write_text(f"home = {base / 'bin'}\nversion = 3.12.4\n{more}", encoding="utf-8")
    return home


def found(library: Library, name: str, below: Path) -> str | None:
    """The module's source, else its stub, below a folder; None when there is no such module."""
    located = library.find(name)
    file = None if located is None else located.source or located.stub
    return None if file is None else file.relative_to(below).as_posix()


def test_a_virtual_environment_has_its_own_packages_and_the_standard_library_of_its_python(tmp_path: Path) -> None:
    library = open_environment(venv(tmp_path, {"vendor/__init__": "", "vendor/sdk": ""}))
    assert found(library, "vendor.sdk", tmp_path) == f"venv/{SITE}/vendor/sdk.py"
    assert found(library, "queue", tmp_path) == "base/lib/python3.12/queue.py"
    assert library.find("vendor.other") is None
    assert library.find("nothing") is None


@pytest.mark.parametrize("interpreter", ["bin/python", "bin/python3", "bin/python3.12", "Scripts/python.exe"])
def test_the_interpreter_of_a_virtual_environment_stands_for_it(tmp_path: Path, interpreter: str) -> None:
    home = venv(tmp_path, {"vendor": ""})
    (home / interpreter).parent.mkdir(exist_ok=True)
    (home / interpreter).touch()
    assert found(open_environment(home / interpreter), "vendor", home) == f"{SITE}/vendor.py"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_an_interpreter_that_is_a_link_out_of_the_environment_stands_for_the_environment(tmp_path: Path) -> None:
    home = venv(tmp_path, {"vendor": ""})
    (home / "bin").mkdir()
    (home / "bin/python").symlink_to(tmp_path / "base/bin/python3.12")
    assert found(open_environment(home / "bin/python"), "vendor", home) == f"{SITE}/vendor.py"


def test_an_installed_python_has_what_is_installed_in_it(tmp_path: Path) -> None:
    files = {"bin/python3.12": "", "lib/python3.12/os": "", f"{SITE}/vendor": "", "lib/python3.11/os": ""}
    program(tmp_path, files)
    for path in (tmp_path / "bin/python3.12", tmp_path):
        assert found(open_environment(path), "vendor", tmp_path) == f"{SITE}/vendor.py"
        assert found(open_environment(path), "os", tmp_path) == "lib/python3.12/os.py"


def test_a_site_packages_folder_stands_for_itself(tmp_path: Path) -> None:
    home = venv(tmp_path, {"vendor": ""})
    library = open_environment(home / SITE)
    assert found(library, "vendor", home) == f"{SITE}/vendor.py"
    assert found(library, "queue", tmp_path) == "base/lib/python3.12/queue.py"


def test_the_layout_of_windows_is_known(tmp_path: Path) -> None:
    home = venv(tmp_path, {"vendor": ""}, site="Lib/site-packages")
    assert found(open_environment(home), "vendor", home) == "Lib/site-packages/vendor.py"


def test_packages_of_the_system_are_seen_when_the_environment_says_so(tmp_path: Path) -> None:
    program(tmp_path / "base", {f"{SITE}/vendor": ""})
    closed = open_environment(venv(tmp_path))
    assert closed.find("vendor") is None
    opened = open_environment(venv(tmp_path / "other", more="include-system-site-packages = true\n"))
    program(tmp_path / "other/base", {f"{SITE}/vendor": ""})
    assert opened.find("vendor") is None  # its folder wasn't there yet
    again = open_environment(tmp_path / "other/venv")
    assert found(again, "vendor", tmp_path / "other") == f"base/{SITE}/vendor.py"


def test_path_lines_of_pth_files_are_followed_and_code_in_them_is_not(tmp_path: Path) -> None:
    program(tmp_path, {"work/vendor": "", "never/trap": ""})
    lines = f"# editable\n{tmp_path / 'work'}\nimport sys; sys.path.append({str(tmp_path / 'never')!r})\n"
    library = open_environment(venv(tmp_path, {"vendor.pth": lines}))
    assert found(library, "vendor", tmp_path) == "work/vendor.py"
    assert library.find("trap") is None


def test_the_mapping_of_an_editable_install_is_followed(tmp_path: Path) -> None:
    program(tmp_path, {"work/src/vendor/__init__": "", "work/src/vendor/sdk": ""})
    text = f"import sys\nMAPPING: dict[str, str] = {{'vendor': {str(tmp_path / 'work/src/vendor')!r}}}\n"
    library = open_environment(venv(tmp_path, {"__editable___vendor_1_0_finder": text}))
    assert found(library, "vendor.sdk", tmp_path) == "work/src/vendor/sdk.py"


def test_stubs_are_found_beside_the_source_and_in_a_package_of_their_own(tmp_path: Path) -> None:
    home = venv(
        tmp_path,
        {
            "one/__init__": "",
            "one/__init__.pyi": "",
            "two/__init__": "",
            "two/sdk": "",
            "two-stubs/__init__.pyi": "",
            "two-stubs/sdk.pyi": "",
            "three-stubs/__init__.pyi": "",
        },
    )
    site, library = home / SITE, open_environment(home)
    assert library.find("one") == Located(site / "one/__init__.py", site / "one/__init__.pyi", inside=(site / "one",))
    assert library.find("two.sdk") == Located(site / "two/sdk.py", site / "two-stubs/sdk.pyi")
    assert library.find("three") == Located(None, site / "three-stubs/__init__.pyi", inside=(site / "three-stubs",))


def test_a_package_without_init_is_made_of_all_its_folders(tmp_path: Path) -> None:
    home = venv(tmp_path, {"vendor/one": "", "more.pth": str(tmp_path / "more")})
    program(tmp_path / "more", {"vendor/two": ""})
    library = open_environment(home)
    assert found(library, "vendor.one", home) == f"{SITE}/vendor/one.py"
    assert found(library, "vendor.two", tmp_path) == "more/vendor/two.py"
    assert library.find("vendor") == Located(inside=(home / SITE / "vendor", tmp_path / "more/vendor"))


def test_machine_code_is_there_and_cannot_be_read(tmp_path: Path) -> None:
    home = venv(tmp_path, {"fast.cpython-312-x86_64-linux-gnu.so": "", "slow": "", "slow.abi3.so": ""})
    library = open_environment(home)
    assert library.find("fast") == Located(compiled=True)
    assert library.find("slow") == Located(home / SITE / "slow.py")


@pytest.mark.parametrize("name", ["", ".", "..", "vendor..sdk", "../vendor", "vendor/sdk"])
def test_what_is_no_dotted_name_is_not_found(tmp_path: Path, name: str) -> None:
    assert open_environment(venv(tmp_path, {"vendor/sdk": ""})).find(name) is None


@pytest.mark.parametrize("path", ["missing", "folder", "file.txt", "shims/python3"])
def test_what_is_no_environment_is_refused(tmp_path: Path, path: str) -> None:
    program(tmp_path, {"file.txt": "", "folder/module": ""})
    (tmp_path / "shims").mkdir()
    (tmp_path / "shims/python3").touch()
    with pytest.raises(UsageError, match="wanted is an interpreter, the folder of a virtual environment"):
        open_environment(tmp_path / path)


def test_the_environment_beside_the_project_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    os.rename(venv(tmp_path, {"vendor": ""}), tmp_path / ".venv")
    other = venv(tmp_path / "other", {"elsewhere": ""})
    beside, named = find_library(tmp_path, None), find_library(tmp_path, other)
    assert (beside.label, beside.find("vendor") is None) == (".venv", False)
    assert (named.label, named.find("vendor") is None, named.find("elsewhere") is None) == (str(other), True, False)


def test_a_folder_that_is_only_called_venv_is_not_taken(tmp_path: Path) -> None:
    program(tmp_path, {f"venv/{SITE}/vendor": ""})
    assert find_library(tmp_path, None) == this_python()


def test_the_running_python_has_its_own_modules_and_nothing_that_is_installed() -> None:
    assert this_python().find("logging.handlers") is not None
    assert this_python().find("pytest") is None
