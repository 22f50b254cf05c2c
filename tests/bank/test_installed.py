"""Banks that packages ship, found by their entry points without running the packages."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cnnquiz.bank.installed import installed_bank, installed_banks
from cnnquiz.errors import UsageError

Install = Callable[..., Path]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def install(site: Path) -> Install:
    """`install("lyon", "lyon_bank")`: a distribution with this entry point, as pip leaves it."""

    def dist(name: str, package: str, *, distribution: str = "some-bank") -> Path:
        info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[cnnquiz.banks]\n{name} = {package}\n")
        return site

    return dist


def test_without_packages_there_are_no_banks():
    assert installed_banks() == ()
    with pytest.raises(
        UsageError, match=r"no question bank 'lyon' \(expected .* an installed bank; none is installed\)"
    ):
        installed_bank("lyon")


@pytest.mark.parametrize("code", ["raise SystemExit('was run')", None], ids=["with code", "a folder without code"])
def test_a_bank_is_the_folder_of_its_package_which_is_not_run(install, code):
    folder = install("lyon", "lyon_bank") / "lyon_bank"
    (folder / "questions").mkdir(parents=True)
    if code is not None:
        (folder / "__init__.py").write_text(code)

    assert installed_banks() == ("lyon",)
    assert installed_bank("lyon") == folder
    assert "lyon_bank" not in sys.modules


def test_a_bank_may_be_a_folder_inside_of_a_package(install):
    folder = install("lyon", "lyon_course.bank") / "lyon_course"
    (folder / "bank" / "questions").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    try:
        assert installed_bank("lyon") == folder / "bank"
    finally:
        sys.modules.pop("lyon_course", None)


def test_an_unknown_name_is_told_those_that_exist(install):
    install("lyon", "lyon_bank")
    install("oslo", "oslo_bank", distribution="other-bank")

    with pytest.raises(UsageError, match=r"no question bank 'paris' \(expected .* an installed bank: lyon, oslo\)"):
        installed_bank("paris")


@pytest.mark.parametrize(
    ("package", "files"),
    [
        pytest.param("missing_bank", (), id="a package that is not there"),
        pytest.param("missing.bank", (), id="a package in one that is not there"),
        pytest.param("plain_bank", ("plain_bank.py",), id="a module that is no package"),
        pytest.param("empty_bank", ("empty_bank/__init__.py",), id="a package that is no bank"),
        pytest.param("..", (), id="no name of a package"),
    ],
)
def test_an_entry_point_without_a_bank(install, package, files):
    folder = install("lyon", package)
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")

    with pytest.raises(
        UsageError, match=r"the installed bank 'lyon': the package .* has no folder 'questions' \(expected"
    ):
        installed_bank("lyon")


def test_two_packages_with_one_name(install):
    install("lyon", "lyon_bank")
    install("lyon", "lyon_exams", distribution="other-bank")

    with pytest.raises(UsageError, match=r"several packages ship a bank 'lyon': lyon_bank, lyon_exams"):
        installed_bank("lyon")
