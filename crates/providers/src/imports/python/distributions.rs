//! The modules that distributions bring, where a name alone does not say it.

/// Distributions, sorted, in the spelling that all names are brought into, with the modules that they bring.
static KNOWN: &[(&str, &[&str])] = &[
    ("absl-py", &["absl"]),
    ("antlr4-python3-runtime", &["antlr4"]),
    ("apache-airflow", &["airflow"]),
    ("apache-flink", &["pyflink"]),
    ("apache-libcloud", &["libcloud"]),
    ("apache-superset", &["superset"]),
    ("argon2-cffi", &["argon2"]),
    ("atlassian-python-api", &["atlassian"]),
    ("attrs", &["attr", "attrs"]),
    ("auth0-python", &["auth0"]),
    ("azure-functions", &["azure"]),
    ("backports-zoneinfo", &["backports"]),
    ("beautifulsoup4", &["bs4"]),
    ("bio", &["Bio"]),
    ("biopython", &["Bio"]),
    ("cassandra-driver", &["cassandra"]),
    ("cattrs", &["cattr", "cattrs"]),
    ("cx-oracle", &["cx_Oracle"]),
    ("cysystemd", &["cysystemd", "systemd"]),
    ("databricks-sdk", &["databricks"]),
    ("databricks-sql-connector", &["databricks"]),
    ("dbus-python", &["dbus"]),
    ("delta-spark", &["delta"]),
    ("discord-py", &["discord"]),
    ("dj-stripe", &["djstripe"]),
    ("django-activity-stream", &["actstream"]),
    ("django-admin-interface", &["admin_interface"]),
    ("django-admin-rangefilter", &["rangefilter"]),
    ("django-admin-sortable2", &["adminsortable2"]),
    ("django-ajax-selects", &["ajax_select"]),
    ("django-allauth", &["allauth"]),
    ("django-anymail", &["anymail"]),
    ("django-appconf", &["appconf"]),
    ("django-auditlog", &["auditlog"]),
    ("django-autocomplete-light", &["dal", "dal_select2"]),
    ("django-axes", &["axes"]),
    ("django-bootstrap3", &["bootstrap3"]),
    ("django-bootstrap4", &["bootstrap4"]),
    ("django-braces", &["braces"]),
    ("django-cachalot", &["cachalot"]),
    ("django-ckeditor", &["ckeditor", "ckeditor_uploader"]),
    ("django-classy-tags", &["classytags"]),
    ("django-cms", &["cms", "menus"]),
    ("django-colorfield", &["colorfield"]),
    ("django-compressor", &["compressor"]),
    ("django-configurations", &["configurations"]),
    ("django-constance", &["constance"]),
    ("django-contrib-comments", &["django_comments"]),
    ("django-cors-headers", &["corsheaders"]),
    ("django-crispy-forms", &["crispy_forms"]),
    ("django-csp", &["csp"]),
    ("django-debug-toolbar", &["debug_toolbar"]),
    ("django-dirtyfields", &["dirtyfields"]),
    ("django-dotenv", &["dotenv"]),
    ("django-environ", &["environ"]),
    ("django-extra-views", &["extra_views"]),
    ("django-filer", &["filer"]),
    ("django-filter", &["django_filters"]),
    ("django-formtools", &["formtools"]),
    ("django-guardian", &["guardian"]),
    ("django-haystack", &["haystack"]),
    ("django-health-check", &["health_check"]),
    ("django-hijack", &["hijack"]),
    ("django-imagekit", &["imagekit"]),
    ("django-import-export", &["import_export"]),
    ("django-ipware", &["ipware"]),
    ("django-jazzmin", &["jazzmin"]),
    ("django-js-asset", &["js_asset"]),
    ("django-leaflet", &["leaflet"]),
    ("django-loginas", &["loginas"]),
    ("django-maintenance-mode", &["maintenance_mode"]),
    ("django-markdownx", &["markdownx"]),
    ("django-model-utils", &["model_utils"]),
    ("django-modelcluster", &["modelcluster"]),
    ("django-money", &["djmoney"]),
    ("django-mptt", &["mptt"]),
    ("django-multiselectfield", &["multiselectfield"]),
    ("django-nested-admin", &["nested_admin"]),
    ("django-ninja", &["ninja"]),
    ("django-oauth-toolkit", &["oauth2_provider"]),
    ("django-ordered-model", &["ordered_model"]),
    ("django-parler", &["parler"]),
    ("django-permissionedforms", &["permissionedforms"]),
    ("django-phonenumber-field", &["phonenumber_field"]),
    ("django-picklefield", &["picklefield"]),
    ("django-pipeline", &["pipeline"]),
    ("django-polymorphic", &["polymorphic"]),
    ("django-q2", &["django_q"]),
    ("django-ratelimit", &["django_ratelimit", "ratelimit"]),
    ("django-recaptcha", &["captcha", "django_recaptcha"]),
    ("django-registration", &["django_registration", "registration"]),
    ("django-rest-auth", &["rest_auth"]),
    ("django-rest-framework", &["rest_framework"]),
    ("django-rest-knox", &["knox"]),
    ("django-rest-polymorphic", &["rest_polymorphic"]),
    ("django-rest-swagger", &["rest_framework_swagger"]),
    ("django-reversion", &["reversion"]),
    ("django-rosetta", &["rosetta"]),
    ("django-sekizai", &["sekizai"]),
    ("django-silk", &["silk"]),
    ("django-simple-captcha", &["captcha"]),
    ("django-simple-history", &["simple_history"]),
    ("django-smart-selects", &["smart_selects"]),
    ("django-solo", &["solo"]),
    ("django-sortedm2m", &["sortedm2m"]),
    ("django-storages", &["storages"]),
    ("django-suit", &["suit"]),
    ("django-taggit", &["taggit"]),
    ("django-tastypie", &["tastypie"]),
    ("django-timezone-field", &["timezone_field"]),
    ("django-tinymce", &["tinymce"]),
    ("django-treebeard", &["treebeard"]),
    ("django-two-factor-auth", &["two_factor"]),
    ("django-unfold", &["unfold"]),
    ("django-waffle", &["waffle"]),
    ("django-webpack-loader", &["webpack_loader"]),
    ("django-widget-tweaks", &["widget_tweaks"]),
    ("django-wkhtmltopdf", &["wkhtmltopdf"]),
    ("djangorestframework", &["rest_framework"]),
    ("djangorestframework-api-key", &["rest_framework_api_key"]),
    ("djangorestframework-csv", &["rest_framework_csv"]),
    ("djangorestframework-gis", &["rest_framework_gis"]),
    ("djangorestframework-jwt", &["rest_framework_jwt"]),
    ("djangorestframework-simplejwt", &["rest_framework_simplejwt"]),
    ("djangorestframework-xml", &["rest_framework_xml"]),
    ("dnspython", &["dns"]),
    ("docker-compose", &["compose"]),
    ("docker-py", &["docker"]),
    ("docopt-ng", &["docopt"]),
    ("dogpile-cache", &["dogpile"]),
    ("drf-extensions", &["rest_framework_extensions"]),
    ("drf-nested-routers", &["rest_framework_nested"]),
    ("elastic-apm", &["elasticapm"]),
    ("enum34", &["enum"]),
    ("factory-boy", &["factory"]),
    ("faiss-cpu", &["faiss"]),
    ("faiss-gpu", &["faiss"]),
    ("fake-factory", &["faker"]),
    ("fastapi-utils", &["fastapi_utils", "fastapi_restful"]),
    ("ffmpeg-python", &["ffmpeg"]),
    ("fonttools", &["fontTools"]),
    ("future", &["future", "past", "builtins", "queue", "configparser"]),
    ("gdal", &["osgeo", "gdal", "ogr", "osr"]),
    ("gevent-websocket", &["geventwebsocket"]),
    ("gitpython", &["git"]),
    ("google-api-python-client", &["googleapiclient", "apiclient"]),
    ("google-cloud-firestore", &["google"]),
    ("google-genai", &["google"]),
    ("google-generativeai", &["google"]),
    ("google-search-results", &["serpapi"]),
    ("googleapis-common-protos", &["google"]),
    ("grpcio", &["grpc"]),
    ("grpcio-health-checking", &["grpc_health"]),
    ("grpcio-reflection", &["grpc_reflection"]),
    ("grpcio-status", &["grpc_status"]),
    ("grpcio-tools", &["grpc_tools"]),
    ("hydra-colorlog", &["hydra_plugins"]),
    ("hydra-core", &["hydra"]),
    ("imbalanced-learn", &["imblearn"]),
    ("ipython", &["IPython"]),
    ("kafka-python", &["kafka"]),
    ("kafka-python-ng", &["kafka"]),
    ("launchdarkly-server-sdk", &["ldclient"]),
    ("levenshtein", &["Levenshtein"]),
    ("libvirt-python", &["libvirt"]),
    ("line-bot-sdk", &["linebot"]),
    ("linkify-it-py", &["linkify_it"]),
    ("llama-cpp-python", &["llama_cpp"]),
    ("llama-index-core", &["llama_index"]),
    ("m2crypto", &["M2Crypto"]),
    ("markdown-it-py", &["markdown_it"]),
    ("matplotlib", &["matplotlib", "mpl_toolkits", "pylab"]),
    ("maxminddb-geolite2", &["geolite2"]),
    ("mkdocs-material", &["material"]),
    ("msgpack-python", &["msgpack"]),
    ("mysql-connector", &["mysql"]),
    ("mysql-connector-python", &["mysql"]),
    ("mysql-python", &["MySQLdb"]),
    ("mysqlclient", &["MySQLdb", "_mysql"]),
    ("ndg-httpsclient", &["ndg"]),
    ("neo4j-driver", &["neo4j"]),
    ("nvidia-ml-py", &["pynvml"]),
    ("nvidia-ml-py3", &["pynvml"]),
    ("odfpy", &["odf"]),
    ("openai-whisper", &["whisper"]),
    ("opencv", &["cv2"]),
    ("opencv-contrib-python", &["cv2"]),
    ("opencv-contrib-python-headless", &["cv2"]),
    ("opencv-python", &["cv2"]),
    ("opencv-python-headless", &["cv2"]),
    ("openexr", &["OpenEXR", "Imath"]),
    ("opensearch-py", &["opensearchpy"]),
    ("opentelemetry-distro", &["opentelemetry"]),
    ("orange3", &["Orange"]),
    ("paddlepaddle", &["paddle"]),
    ("paho-mqtt", &["paho"]),
    ("panzi-json-logic", &["json_logic"]),
    ("pastedeploy", &["paste"]),
    ("pdfminer-six", &["pdfminer"]),
    ("peewee", &["peewee", "playhouse", "pwiz"]),
    ("phonenumberslite", &["phonenumbers"]),
    ("pillow", &["PIL"]),
    ("pillow-simd", &["PIL"]),
    ("pinecone-client", &["pinecone"]),
    ("plaid-python", &["plaid"]),
    ("protobuf", &["google"]),
    ("protobuf3-to-dict", &["protobuf_to_dict"]),
    ("psycopg2-binary", &["psycopg2"]),
    ("pure-python-adb", &["ppadb"]),
    ("py-bcrypt", &["bcrypt"]),
    ("py-cord", &["discord"]),
    ("py-cpuinfo", &["cpuinfo"]),
    ("py-moneyed", &["moneyed"]),
    ("py-opencv", &["cv2"]),
    ("py-postgresql", &["postgresql"]),
    ("pybluez", &["bluetooth"]),
    ("pycairo", &["cairo"]),
    ("pycrypto", &["Crypto"]),
    ("pycryptodome", &["Crypto"]),
    ("pycryptodomex", &["Cryptodome"]),
    ("pydispatcher", &["pydispatch"]),
    ("pygithub", &["github"]),
    ("pygobject", &["gi", "pygtkcompat"]),
    ("pyhamcrest", &["hamcrest"]),
    ("pyicu", &["icu"]),
    ("pyinstaller", &["PyInstaller"]),
    ("pyjwt", &["jwt"]),
    ("pyldap", &["ldap"]),
    ("pymongo", &["pymongo", "bson", "gridfs"]),
    ("pymssql", &["pymssql", "_mssql"]),
    ("pymupdf", &["fitz", "pymupdf"]),
    ("pynacl", &["nacl"]),
    ("pyobjc", &["objc", "Foundation", "AppKit", "Quartz"]),
    ("pyopengl", &["OpenGL"]),
    ("pyopenssl", &["OpenSSL"]),
    ("pypdf2", &["PyPDF2"]),
    ("pypiwin32", &["win32api", "win32con", "win32gui", "win32com", "pythoncom", "pywintypes"]),
    ("pyqt5", &["PyQt5"]),
    ("pyqt6", &["PyQt6"]),
    ("pyqtwebengine", &["PyQt5"]),
    ("pysaml2", &["saml2"]),
    ("pyscard", &["smartcard"]),
    ("pyserial", &["serial"]),
    ("pyside2", &["PySide2", "shiboken2"]),
    ("pyside6", &["PySide6", "shiboken6"]),
    ("pysmb", &["smb", "nmb"]),
    ("pysocks", &["socks", "sockshandler"]),
    ("pytables", &["tables"]),
    ("pytelegrambotapi", &["telebot"]),
    ("pytest", &["pytest", "_pytest"]),
    ("pytest-runner", &["ptr"]),
    ("python-bidi", &["bidi"]),
    ("python-binance", &["binance"]),
    ("python-box", &["box"]),
    ("python-can", &["can"]),
    ("python-chess", &["chess"]),
    ("python-consul", &["consul"]),
    ("python-crontab", &["crontab"]),
    ("python-daemon", &["daemon"]),
    ("python-dateutil", &["dateutil"]),
    ("python-decouple", &["decouple"]),
    ("python-docx", &["docx"]),
    ("python-dotenv", &["dotenv"]),
    ("python-engineio", &["engineio"]),
    ("python-etcd", &["etcd"]),
    ("python-frontmatter", &["frontmatter"]),
    ("python-gitlab", &["gitlab"]),
    ("python-gnupg", &["gnupg"]),
    ("python-i18n", &["i18n"]),
    ("python-instagram", &["instagram"]),
    ("python-iso639", &["iso639"]),
    ("python-jenkins", &["jenkins"]),
    ("python-jose", &["jose"]),
    ("python-json-logger", &["pythonjsonlogger"]),
    ("python-keycloak", &["keycloak"]),
    ("python-ldap", &["ldap", "ldif"]),
    ("python-levenshtein", &["Levenshtein"]),
    ("python-logstash", &["logstash"]),
    ("python-louvain", &["community"]),
    ("python-lsp-jsonrpc", &["pylsp_jsonrpc"]),
    ("python-magic", &["magic"]),
    ("python-memcached", &["memcache"]),
    ("python-mimeparse", &["mimeparse"]),
    ("python-multipart", &["multipart", "python_multipart"]),
    ("python-nmap", &["nmap"]),
    ("python-novaclient", &["novaclient"]),
    ("python-openid", &["openid"]),
    ("python-osc", &["pythonosc"]),
    ("python-periphery", &["periphery"]),
    ("python-pptx", &["pptx"]),
    ("python-rapidjson", &["rapidjson"]),
    ("python-redis-lock", &["redis_lock"]),
    ("python-semantic-release", &["semantic_release"]),
    ("python-slugify", &["slugify"]),
    ("python-snappy", &["snappy"]),
    ("python-socketio", &["socketio"]),
    ("python-statemachine", &["statemachine"]),
    ("python-stdnum", &["stdnum"]),
    ("python-telegram-bot", &["telegram"]),
    ("python-twitter", &["twitter"]),
    ("python-ulid", &["ulid"]),
    ("python-vlc", &["vlc"]),
    ("python-whois", &["whois"]),
    ("python-xlib", &["Xlib"]),
    ("python3-openid", &["openid"]),
    ("python3-saml", &["onelogin"]),
    ("pytorch", &["torch"]),
    ("pyusb", &["usb"]),
    ("pyvmomi", &["pyVmomi", "pyVim", "vmware"]),
    ("pywavelets", &["pywt"]),
    (
        "pywin32",
        &[
            "win32api",
            "win32con",
            "win32gui",
            "win32com",
            "win32file",
            "win32event",
            "win32service",
            "win32serviceutil",
            "win32process",
            "win32security",
            "win32clipboard",
            "pythoncom",
            "pywintypes",
            "servicemanager",
            "winerror",
        ],
    ),
    ("pyxdg", &["xdg"]),
    ("pyyaml", &["yaml"]),
    ("pyyaml-env-tag", &["yaml_env_tag"]),
    ("pyzmq", &["zmq"]),
    ("redis-py-cluster", &["rediscluster"]),
    ("rpi-gpio", &["RPi"]),
    ("ruamel-yaml", &["ruamel", "ruamel_yaml"]),
    ("scikit-image", &["skimage"]),
    ("scikit-learn", &["sklearn"]),
    ("scikit-optimize", &["skopt"]),
    ("scikit-plot", &["scikitplot"]),
    ("scylla-driver", &["cassandra"]),
    ("selenium-wire", &["seleniumwire"]),
    ("setuptools", &["setuptools", "pkg_resources"]),
    ("slack-sdk", &["slack_sdk", "slack"]),
    ("slackclient", &["slack", "slackclient"]),
    ("snowflake-connector-python", &["snowflake"]),
    ("snowflake-snowpark-python", &["snowflake"]),
    ("snowflake-sqlalchemy", &["snowflake"]),
    ("social-auth-app-django", &["social_django"]),
    ("social-auth-core", &["social_core"]),
    ("socketio-client", &["socketIO_client"]),
    ("speechrecognition", &["speech_recognition"]),
    ("stomp-py", &["stomp"]),
    ("suds-community", &["suds"]),
    ("suds-jurko", &["suds"]),
    ("systemd-python", &["systemd"]),
    ("tencentcloud-sdk-python", &["tencentcloud"]),
    ("tensorboardx", &["tensorboardX"]),
    ("tensorflow-cpu", &["tensorflow"]),
    ("tensorflow-gpu", &["tensorflow"]),
    ("tensorflow-macos", &["tensorflow"]),
    ("tf-nightly", &["tensorflow"]),
    ("tortoise-orm", &["tortoise"]),
    ("umap-learn", &["umap"]),
    ("unittest-xml-reporting", &["xmlrunner"]),
    ("vadersentiment", &["vaderSentiment"]),
    ("vcrpy", &["vcr"]),
    ("web-py", &["web"]),
    ("websocket-client", &["websocket"]),
    ("wxpython", &["wx"]),
    ("zope-interface", &["zope"]),
];

/// First names of modules that many distributions share: `google-cloud-storage` brings `google.cloud.storage`.
static SHARED: &[&str] = &[
    "airflow",
    "alibabacloud",
    "ansible_collections",
    "azure",
    "backports",
    "collective",
    "databricks",
    "dogpile",
    "flaskext",
    "google",
    "jaraco",
    "llama_index",
    "nvidia",
    "odoo",
    "opentelemetry",
    "paste",
    "plone",
    "repoze",
    "ruamel",
    "snowflake",
    "sphinxcontrib",
    "tencentcloud",
    "zc",
    "zope",
];

/// Modules of what installs all others.
static ALWAYS: &[&str] = &["_distutils_hack", "pip", "pkg_resources", "setuptools", "wheel"];

/// The spelling into which names of distributions are brought: `Zope.Interface` is `zope-interface`.
pub(super) fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            c => normal.push(c.to_ascii_lowercase()),
        }
    }
    normal
}

/// The modules that a distribution is known to bring; `None` where nothing is known of it.
pub(super) fn known(distribution: &str) -> Option<&'static [&'static str]> {
    KNOWN.binary_search_by(|(name, _)| (*name).cmp(distribution)).ok().map(|at| KNOWN[at].1)
}

/// The first name of modules that a distribution shares with others: `azure` of `azure-identity`.
pub(super) fn shared(distribution: &str) -> Option<&'static str> {
    let distribution = distribution.strip_prefix("apache-").unwrap_or(distribution);
    SHARED.iter().copied().find(|name| {
        let mut parts = distribution.split('-');
        name.split('_').all(|part| parts.next() == Some(part))
    })
}

/// What names of distributions begin or end with that names of their modules do not.
const AFFIXES: [(&str, &str); 9] = [
    ("django-", ""),
    ("python-", ""),
    ("python3-", ""),
    ("flask-", ""),
    ("py-", ""),
    ("py", ""),
    ("", "-python"),
    ("", "-py"),
    ("", "-client"),
];

/// The module that a distribution brings by its name, in small letters.
pub(super) fn guessed(distribution: &str) -> String {
    distribution.replace('-', "_")
}

/// Other modules that it may bring by its name.
pub(super) fn shortened(distribution: &str) -> impl Iterator<Item = String> + '_ {
    let joined = distribution.contains('-').then(|| distribution.replace('-', ""));
    let others = AFFIXES.iter().filter_map(|(before, after)| {
        let rest = distribution.strip_prefix(before)?.strip_suffix(after)?;
        (rest.len() >= 3).then(|| guessed(rest))
    });
    joined.into_iter().chain(others)
}

/// Whether a module is there wherever distributions are installed.
pub(super) fn is_always_there(module: &str) -> bool {
    ALWAYS.contains(&module)
}

/// What stands behind the name of a module where a distribution is another build of the same: `faiss-cpu`.
const BUILDS: [&str; 19] = [
    "api",
    "async",
    "bin",
    "binary",
    "client",
    "community",
    "core",
    "cpu",
    "dev",
    "fork",
    "gpu",
    "headless",
    "lib",
    "ng",
    "py",
    "py3",
    "python",
    "sdk",
    "wheel",
];

/// What stands before it.
const KINDS: [&str; 8] = ["apache", "django", "flask", "lib", "py", "python", "python3", "the"];

/// Whether a name shares so much with that of a distribution that this may bring it: `jose` and `python-jose-ext`. One that adds to
/// another, as `flask-login` and `pytest-flask` do to `flask`, does not bring it.
pub(super) fn may_be_of(module: &str, distribution: &str) -> bool {
    let joined = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let name = normal(module);
    let behind = distribution.strip_prefix(&name).and_then(|rest| rest.strip_prefix('-'));
    let before = distribution.strip_suffix(&name).and_then(|rest| rest.strip_suffix('-'));
    let is_more = |rest: Option<&str>, words: &[&str]| {
        rest.is_some_and(|rest| !rest.split('-').all(|word| words.contains(&word)))
    };
    // `flask-redis` brings no `redis`, but who copies `json_logic` names the copy after himself: `panzi-json-logic`.
    let is_named_whole = name.contains('-');
    if is_more(behind, &BUILDS) || (is_more(before, &KINDS) && !is_named_whole) {
        return false;
    }
    let (module, distribution) = (joined(module), joined(distribution));
    module.len() >= 3 && distribution.len() >= 3 && (distribution.contains(&module) || module.contains(&distribution))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_normal() {
        assert!(KNOWN.is_sorted_by(|a, b| a.0 < b.0));
        assert!(KNOWN.iter().all(|(name, modules)| normal(name) == *name && !modules.is_empty()));
    }

    #[test]
    fn what_names_say() {
        assert_eq!(normal("Zope.Interface__x"), "zope-interface-x");
        assert_eq!(known("pyyaml"), Some(&["yaml"][..]));
        assert_eq!((shared("azure-identity"), shared("azurerm")), (Some("azure"), None));
        assert_eq!(shared("apache-airflow-providers-http"), Some("airflow"));
        let shortened = |name| shortened(name).collect::<Vec<_>>();
        assert_eq!(shortened("python-geo-city"), ["pythongeocity", "geo_city", "thon_geo_city"]);
        assert_eq!(shortened("pyhumps"), ["humps"]);
        assert!(may_be_of("corsheaders", "django-cors-headers") && !may_be_of("yaml", "requests"));
        assert!(may_be_of("faiss", "faiss-cpu") && may_be_of("json_logic", "acme-json-logic"));
        assert!(
            !may_be_of("flask", "flask-login")
                && !may_be_of("django", "pytest-django")
                && !may_be_of("pydantic", "pydantic-to-typescript")
        );
    }
}
