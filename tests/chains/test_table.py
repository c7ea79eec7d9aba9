"""The table of what blocks: each name has the row that is meant, is worth a look, and is migrated as the swaps say."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.catalogue import catalogue
from awaitify.chains.lookup import Lookup
from awaitify.chains.relevant import Relevant
from awaitify.chains.table import CODES, ROWS
from awaitify.codes import find_code
from awaitify.index.load import load_program
from tests.programs import program

_BLOCKING = {
    "AW101": "requests.get requests.api.post requests.Session.put requests.sessions.Session.request requests.Session.send"
    " httpx.get httpx.Client.get httpx.Client.stream httpx2.Client.post urllib.request.urlopen urllib.request.urlretrieve"
    " http.client.HTTPSConnection.getresponse urllib3.PoolManager.request ftplib.FTP.retrbinary smtplib.SMTP.sendmail"
    " imaplib.IMAP4.search xmlrpc.client.ServerProxy.add socket.create_connection socket.gethostbyname socket.getaddrinfo"
    " socket.socket.recv botocore.client.BaseClient.get_object paramiko.SSHClient.exec_command"
    " openai.OpenAI.chat.completions.create anthropic.Anthropic.messages.create",
    "AW102": "psycopg.connect psycopg.Cursor.fetchone psycopg2.connect psycopg2.cursor.fetchall pymysql.connect"
    " mysql.connector.connect redis.Redis.get redis.client.Pipeline.execute pymongo.MongoClient.shop.users.find_one"
    " pymongo.collection.Collection.insert_many sqlalchemy.orm.Session.execute sqlalchemy.orm.session.Session.commit"
    " sqlalchemy.orm.Query.first sqlmodel.Session.exec sqlalchemy.Engine.connect sqlalchemy.engine.base.Connection.execute"
    " elasticsearch.Elasticsearch.search sqlite3.connect sqlite3.Cursor.fetchall sqlite3.dbapi2.Connection.executemany",
    "AW103": "subprocess.run subprocess.Popen subprocess.Popen.communicate os.system os.waitpid os.spawnlp os.posix_spawn"
    " os.popen multiprocessing.Process.join multiprocessing.pool.Pool.starmap",
    "AW104": "time.sleep builtins.input getpass.getpass threading.Event.wait threading.Condition.wait_for"
    " threading.Thread.join threading.Lock.acquire threading.BoundedSemaphore.acquire concurrent.futures.wait"
    " concurrent.futures.as_completed concurrent.futures.Future.result select.select selectors.DefaultSelector.select"
    " signal.pause",
    "AW105": "builtins.open io.open os.fdopen codecs.open gzip.open tarfile.open zipfile.ZipFile zipfile.ZipFile.extractall"
    " pathlib.Path.read_text pathlib.Path.write_bytes os.fsync shutil.copytree shutil.rmtree tempfile.mkstemp"
    " tempfile.NamedTemporaryFile shelve.open dbm.open fcntl.flock pandas.read_csv",
    "AW106": "os.path.exists posixpath.getmtime os.listdir os.walk os.makedirs os.remove pathlib.Path.exists"
    " pathlib.Path.rglob pathlib._local.Path.mkdir glob.iglob shutil.which",
}
_HARMLESS = (
    "requests.Session requests.exceptions.HTTPError requests.Response.json httpx.AsyncClient.get aiohttp.ClientSession.get"
    " urllib.parse.quote os.path.join os.path.dirname os.getenv os.environ.get pathlib.Path pathlib.Path.joinpath"
    " pathlib.PurePath.with_suffix asyncio.sleep asyncio.Event.wait asyncio.Queue.get asyncio.Lock.acquire"
    " sqlalchemy.ext.asyncio.AsyncSession.execute sqlalchemy.orm.Session.add sqlalchemy.orm.Query.filter"
    " redis.asyncio.Redis.get redis.Redis.pipeline boto3.client botocore.client.BaseClient.generate_presigned_url"
    " json.loads print logging.Logger.info anyio.Path.read_text aiofiles.open threading.Thread threading.Thread.start"
    " concurrent.futures.ThreadPoolExecutor.submit subprocess.CalledProcessError shutil.get_terminal_size"
).split()
_EACH = [(code, name) for code, names in _BLOCKING.items() for name in names.split()]


@pytest.mark.parametrize(("code", "name"), _EACH)
def test_what_blocks_has_a_row_and_is_worth_a_look(code: str, name: str, tmp_path: Path) -> None:
    lookup = Lookup()
    row = lookup.row(name)
    assert row is not None
    assert row.code == code
    root = program(tmp_path, app="import redis, boto3" if name.startswith(("redis", "boto", "imap", "xml")) else "")
    relevant = Relevant(load_program(root, (), lambda *_: None), lookup)
    assert relevant.may_matter(name.rpartition(".")[2])


@pytest.mark.parametrize("name", _HARMLESS)
def test_what_does_not_block_has_no_row(name: str) -> None:
    assert Lookup().row(name) is None


def test_what_is_said_to_migrate_has_a_swap_and_the_other_way_round() -> None:
    swaps = catalogue()
    swapped = {call.name for swap in swaps for call in swap.calls}
    swapped |= {f"{c.name}.{verb}" for swap in swaps for c in swap.clients for verb, _ in c.methods}
    for _, name in _EACH:
        row = Lookup().row(name)
        assert row is not None
        if not name.startswith(("requests.api", "requests.sessions")):
            assert row.migrates == (name in swapped), name


def test_every_code_is_explained_and_used() -> None:
    assert {row.code for row in ROWS} <= set(CODES)
    assert all(find_code(code).after for code in CODES)


def test_settings_add_and_take_away() -> None:
    lookup = Lookup(["legacy.*"], ["os.path.*"])
    assert lookup.row("legacy.fetch") is not None
    assert lookup.row("os.path.exists") is None
    assert lookup.row("os.listdir") is not None
