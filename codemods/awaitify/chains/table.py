"""The callables that block: one table, each row with what to call instead and whether ``migrate`` can do that.

``reference/swaps.md`` 14.3 merges what ruff, flake8-async and blockbuster call blocking; this is that table as data, with
what they leave out: sessions, clients of databases, sockets, directories, waits for other threads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How long such a call may hold the loop up, the longest first."""

    NETWORK = 0
    SUBPROCESS = 1
    SLEEP = 2
    DISK = 3
    METADATA = 4

    @property
    def word(self) -> str:
        """``network``, as it is shown."""
        return self.name.lower()


NETWORK, DATABASE, PROCESS, WAIT, DISK, METADATA, OWN = (f"AW10{number}" for number in (1, 2, 3, 4, 5, 6, 9))
_SEVERITIES = {
    NETWORK: Severity.NETWORK,
    DATABASE: Severity.NETWORK,
    PROCESS: Severity.SUBPROCESS,
    WAIT: Severity.SLEEP,
    DISK: Severity.DISK,
    METADATA: Severity.METADATA,
    OWN: Severity.NETWORK,
}
CODES = tuple(_SEVERITIES)
_THREAD = "asyncio.to_thread"


@dataclass(frozen=True, slots=True)
class Row:
    """Callables that block, by their dotted names.

    *twin* is what async code calls instead. A row doesn't hold in a file whose text has one of the words *unless*, nor for
    a call that has the argument *idle*, a keyword with a value, in its place or named.
    """

    code: str
    names: re.Pattern[str]
    twin: str = _THREAD
    migrates: bool = False
    """Whether ``migrate`` replaces the call by its twin."""
    severity: Severity = Severity.NETWORK
    unless: tuple[str, ...] = ()
    idle: tuple[int, str, object] | None = None
    takes_files: bool = False
    """Whether what it is given may be in memory as well; then it must be known to be a path."""


def _row(
    code: str,
    pattern: str,
    twin: str = _THREAD,
    *,
    migrates: bool = False,
    severity: Severity | None = None,
    unless: tuple[str, ...] = (),
    idle: tuple[int, str, object] | None = None,
    takes_files: bool = False,
) -> Row:
    return Row(
        code,
        re.compile(pattern),
        twin,
        migrates,
        _SEVERITIES[code] if severity is None else severity,
        unless,
        idle,
        takes_files,
    )


_VERBS = "get|post|put|patch|delete|head|options|request"
_IN = r"(\w+\.)*"
"""Any module of a package: ``requests.Session`` and ``requests.sessions.Session`` are one class."""

ROWS: tuple[Row, ...] = (
    # https://requests.readthedocs.io/, https://www.python-httpx.org/async/
    _row(NETWORK, rf"requests\.(api\.)?({_VERBS})", "httpx.AsyncClient", migrates=True),
    _row(NETWORK, rf"requests\.{_IN}Session\.({_VERBS})", "httpx.AsyncClient", migrates=True),
    _row(NETWORK, rf"requests\.{_IN}Session\.send", "httpx.AsyncClient"),
    _row(NETWORK, rf"httpx2?\.(_api\.)?({_VERBS}|stream)", "httpx.AsyncClient"),
    _row(NETWORK, rf"httpx\.{_IN}Client\.({_VERBS}|send)", "httpx.AsyncClient", migrates=True),
    _row(NETWORK, rf"httpx2?\.{_IN}Client\.({_VERBS}|send|stream)", "httpx.AsyncClient"),
    # https://docs.python.org/3/library/internet.html
    _row(NETWORK, r"urllib\.request\.(urlopen|OpenerDirector\.open)", "httpx.AsyncClient"),
    _row(NETWORK, r"urllib\.request\.urlretrieve"),
    _row(NETWORK, r"http\.client\.HTTPS?Connection\.(request|connect|endheaders|send|getresponse)"),
    _row(NETWORK, rf"urllib3\.{_IN}(request|(PoolManager|ProxyManager|HTTPS?ConnectionPool)\.(request|urlopen))"),
    _row(NETWORK, r"ftplib\.FTP(_TLS)?\.(connect|login|retr\w+|stor\w+|nlst|dir|cwd|mkd|rmd|delete|rename|size|quit)"),
    _row(
        NETWORK,
        r"smtplib\.(SMTP|SMTP_SSL|LMTP)\.(connect|login|starttls|ehlo|helo|sendmail|send_message|quit)",
        "aiosmtplib",
    ),
    _row(NETWORK, r"(imaplib|poplib|nntplib|telnetlib)\.\w+\.[a-z]\w*"),
    _row(NETWORK, r"xmlrpc\.client\.ServerProxy\.\w+"),
    _row(NETWORK, r"socket\.(create_connection|gethostby\w+|getnameinfo|getfqdn)", "asyncio.open_connection"),
    _row(NETWORK, r"socket\.getaddrinfo", "loop.getaddrinfo"),
    _row(
        NETWORK,
        r"socket\.socket\.(connect|accept|send|sendall|sendto|sendfile|recv|recv_into|recvfrom|recvfrom_into|recvmsg)",
        "asyncio.open_connection",
        unless=("setblocking", "sock_recv", "sock_sendall", "sock_connect", "sock_accept"),
    ),
    # https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html
    _row(
        NETWORK,
        r"botocore\.client\.BaseClient\.(?!generate_presigned|get_paginator|get_waiter|can_paginate|close\b|meta\b|exceptions\b)\w+",
    ),
    _row(NETWORK, rf"paramiko\.{_IN}(SSHClient\.(connect|exec_command|open_sftp)|SFTPClient\.[a-z]\w+)"),
    # the clients of https://github.com/openai/openai-python and https://github.com/anthropics/anthropic-sdk-python
    _row(NETWORK, r"openai\.(OpenAI|AzureOpenAI)\.[\w.]+\.(create|parse|retrieve|list|generate)", "openai.AsyncOpenAI"),
    _row(NETWORK, r"anthropic\.Anthropic\.[\w.]*(create|stream|count_tokens)", "anthropic.AsyncAnthropic"),
    # https://www.psycopg.org/psycopg3/docs/advanced/async.html, and the drivers that have no async twin
    _row(
        DATABASE,
        r"psycopg\.(\w+\.)*(connect|(Connection|Cursor)\.(connect|execute\w*|fetch\w+|commit|rollback))",
        "psycopg.AsyncConnection",
    ),
    _row(
        DATABASE,
        r"(psycopg2|pymysql|MySQLdb|mysql\.connector|pymssql|pyodbc|oracledb|cx_Oracle)(\.\w+)*"
        r"\.(connect|(\w*[Cc]onnection|\w*[Cc]ursor)\.(execute\w*|fetch\w+|commit|rollback|callproc|copy_\w+))",
    ),
    # https://redis.io/docs/latest/develop/clients/redis-py/async/
    _row(
        DATABASE,
        rf"redis\.(?!asyncio){_IN}(Strict)?Redis(Cluster)?\.(?!pipeline|lock|pubsub|register_script|from_url|close|connection_pool|client\b)[a-z]\w*",
        "redis.asyncio",
    ),
    _row(DATABASE, rf"redis\.(?!asyncio){_IN}Pipeline\.execute", "redis.asyncio"),
    # https://www.mongodb.com/docs/languages/python/pymongo-driver/current/
    _row(
        DATABASE,
        rf"pymongo\.(?!asynchronous){_IN}(MongoClient(\.\w+)+|Database\.\w+|Collection)"
        r"\.(find_one\w*|insert_\w+|update_\w+|delete_\w+|replace_one|count_documents|aggregate|distinct|bulk_write|create_index)",
        "pymongo.AsyncMongoClient",
    ),
    # https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html
    _row(
        DATABASE,
        rf"sqlalchemy\.orm\.{_IN}(Session|scoped_session)\.(execute|scalars?|get|get_one|commit|flush|rollback|refresh|merge|bulk_\w+)",
        "sqlalchemy.ext.asyncio",
    ),
    _row(
        DATABASE,
        rf"sqlalchemy\.orm\.{_IN}Query\.(all|first|one|one_or_none|scalar|count|get|delete|update)",
        "sqlalchemy.ext.asyncio",
    ),
    _row(
        DATABASE,
        rf"sqlmodel\.{_IN}Session\.(exec|execute|get|commit|flush|rollback|refresh|merge)",
        "sqlalchemy.ext.asyncio",
    ),
    _row(
        DATABASE,
        rf"sqlalchemy\.(?!ext\.asyncio){_IN}(Engine\.(connect|begin)|Connection\.(execute|scalars?|commit|rollback|begin))",
        "sqlalchemy.ext.asyncio",
    ),
    _row(
        DATABASE,
        rf"elasticsearch\.{_IN}Elasticsearch\.(search|index|get|delete|update|bulk|count)",
        "AsyncElasticsearch",
    ),
    _row(
        DATABASE,
        r"sqlite3\.(dbapi2\.)?(connect|(Connection|Cursor)\.(execute\w*|fetch\w+|commit|rollback))",
        "aiosqlite",
        severity=Severity.DISK,
    ),
    # https://docs.python.org/3/library/asyncio-subprocess.html
    _row(
        PROCESS,
        r"subprocess\.(run|call|check_call|check_output|getoutput|getstatusoutput|Popen)",
        "asyncio.create_subprocess_exec",
    ),
    _row(PROCESS, r"subprocess\.Popen\.(wait|communicate)", "asyncio.create_subprocess_exec"),
    _row(
        PROCESS,
        r"os\.(system|popen|wait|wait3|wait4|waitid|waitpid|spawn\w+|posix_spawn|posix_spawnp)",
        "asyncio.create_subprocess_exec",
    ),
    _row(
        PROCESS, r"multiprocessing(\.\w+)*\.(\w*Process\.join|Pool\.(map|starmap|apply|join))", "loop.run_in_executor"
    ),
    # https://docs.python.org/3/library/asyncio-sync.html, …/asyncio-future.html
    _row(WAIT, r"time\.sleep", "asyncio.sleep", migrates=True),
    _row(WAIT, r"builtins\.input|getpass\.getpass"),
    _row(WAIT, r"threading\.(Event\.wait|Condition\.wait(_for)?|Barrier\.wait)", "asyncio.Event"),
    _row(WAIT, r"threading\.(Thread|Timer)\.join", "asyncio.to_thread"),
    _row(WAIT, r"threading\.(Lock|RLock|\w*Semaphore)\.acquire", "asyncio.Lock", idle=(0, "blocking", False)),
    _row(WAIT, r"concurrent\.futures\.(\w+\.)?(wait|as_completed)", "asyncio.wait"),
    _row(
        WAIT,
        r"concurrent\.futures\.(\w+\.)?Future\.(result|exception)",
        "asyncio.wrap_future",
        unless=("done", "as_completed"),
    ),
    _row(
        WAIT,
        r"select\.(select|poll\.poll|epoll\.poll)|selectors\.\w+\.select|signal\.(pause|sigwait\w*)",
        "loop.add_reader",
    ),
    # https://github.com/Tinche/aiofiles
    _row(DISK, r"(builtins|io)\.open", "aiofiles.open", migrates=True),
    _row(
        DISK,
        r"io\.open_code|os\.fdopen|codecs\.open|tarfile\.TarFile\.(extract\w*|add)|zipfile\.ZipFile\.extract(all)?",
    ),
    _row(DISK, r"(gzip|bz2|lzma|tarfile)\.open|tarfile\.TarFile\.open|zipfile\.ZipFile", takes_files=True),
    _row(DISK, r"pathlib\.(\w+\.)*Path\.(open|read_text|read_bytes|write_text|write_bytes|copy\w*|move\w*)"),
    _row(
        DISK,
        r"os\.(open|read|write|pread|pwrite|fsync|fdatasync|truncate|ftruncate|sendfile|copy_file_range)",
        unless=("O_NONBLOCK", "set_blocking"),
    ),
    _row(DISK, r"shutil\.(copy\w*|move|rmtree|make_archive|unpack_archive)"),
    _row(
        DISK,
        r"tempfile\.(NamedTemporaryFile|TemporaryFile|SpooledTemporaryFile|TemporaryDirectory|mkstemp|mkdtemp)",
        "aiofiles.tempfile",
    ),
    _row(
        DISK, r"shelve\.open|dbm(\.\w+)?\.open|fcntl\.(flock|lockf)|configparser\.\w+\.read|logging\.config\.fileConfig"
    ),
    _row(DISK, r"pandas\.(\w+\.)*read_(csv|excel|parquet|json|table|pickle|feather|hdf|xml)", takes_files=True),
    # https://docs.python.org/3/library/os.html, …/pathlib.html
    _row(
        METADATA,
        r"(os\.path|posixpath|ntpath|genericpath)\.(exists|lexists|isfile|isdir|islink|ismount|getsize|get[amc]time|samefile|realpath)",
        "aiofiles.os.path",
    ),
    _row(
        METADATA,
        r"os\.(listdir|scandir|walk|fwalk|stat|lstat|statvfs|access|mkdir|makedirs|remove|unlink|rename|renames|replace"
        r"|rmdir|removedirs|chmod|chown|link|symlink|readlink|utime)",
        "aiofiles.os",
    ),
    _row(
        METADATA,
        r"pathlib\.(\w+\.)*Path\.(exists|is_file|is_dir|is_symlink|is_mount|is_socket|is_fifo|stat|lstat|iterdir|glob|rglob|walk"
        r"|mkdir|rmdir|unlink|rename|replace|touch|chmod|resolve|samefile|readlink|symlink_to|hardlink_to|owner|group)",
    ),
    _row(METADATA, r"glob\.(glob|iglob)|shutil\.(which|disk_usage|chown)"),
)
"""What blocks, the first row that matches."""

RETURNS = {
    "sqlite3.connect": "sqlite3.Connection",
    "sqlite3.Connection.cursor": "sqlite3.Cursor",
    "sqlite3.Connection.execute": "sqlite3.Cursor",
    "sqlite3.Cursor.execute": "sqlite3.Cursor",
    "psycopg.connect": "psycopg.Connection",
    "psycopg.Connection.cursor": "psycopg.Cursor",
    "boto3.client": "botocore.client.BaseClient",
    "boto3.Session.client": "botocore.client.BaseClient",
    "boto3.session.Session.client": "botocore.client.BaseClient",
    "sqlalchemy.create_engine": "sqlalchemy.Engine",
    "sqlalchemy.Engine.connect": "sqlalchemy.Connection",
    "sqlalchemy.Engine.begin": "sqlalchemy.Connection",
    "redis.from_url": "redis.Redis",
    "redis.Redis.from_url": "redis.Redis",
    "redis.Redis.pipeline": "redis.client.Pipeline",
    "asyncio.run_coroutine_threadsafe": "concurrent.futures.Future",
    "urllib.request.build_opener": "urllib.request.OpenerDirector",
    **{
        f"{driver}.{name}": f"{driver}.{gives}"
        for driver in (
            "psycopg2",
            "pymysql",
            "MySQLdb",
            "mysql.connector",
            "pymssql",
            "pyodbc",
            "oracledb",
            "cx_Oracle",
        )
        for name, gives in (("connect", "connection"), ("connection.cursor", "cursor"))
    },
    **{
        f"concurrent.futures.{kind}.submit": "concurrent.futures.Future"
        for kind in ("Executor", "ThreadPoolExecutor", "ProcessPoolExecutor", "thread.ThreadPoolExecutor")
    },
    **{
        f"sqlalchemy.orm.{session}.query": "sqlalchemy.orm.Query"
        for session in ("Session", "session.Session", "scoped_session")
    },
    **{
        f"sqlalchemy.orm.{query}.{method}": "sqlalchemy.orm.Query"
        for query in ("Query", "query.Query")
        for method in (
            *(
                "filter",
                "filter_by",
                "where",
                "order_by",
                "options",
                "join",
                "outerjoin",
                "limit",
                "offset",
                "group_by",
            ),
            *("distinct", "with_for_update", "select_from", "having", "execution_options"),
        )
    },
}
"""What calls give, where the table says something of that."""
