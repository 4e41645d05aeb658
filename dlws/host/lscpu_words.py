"""What lscpu calls its fields in other languages than English.

From the catalogs of util-linux 2.23 to 2.41 (po/*.po), where wordings changed over time.
"""

import unicodedata

from ..pattern import pattern

WORDS = {
    "Architecture": (
        "Architectuur|Architektur|Architektura|Arhitectura|Arhitektura|Arkitektur|Arquitectura|"
        "Arquitetura|Kiến trúc|Mimari|Архитектура|Архітектура|البنية|არქიტექტურა|アーキテクチャ|"
        "架构|架構|아키텍처"
    ),
    "CPU(s)": (
        "CPU|CPU'er|CPU's|CPU('s)|CPU(-a)|CPU(er)|CPU-uri|Počet CPU|Processeur(s)|İşlemciler|"
        "Процесори|وحدات المعالجة"
    ),
    "On-line CPU(s) list": (
        "Danh sách CPU trực tuyến|Lista CPU-urilor în linie (conectate)|Lista aktywnych CPU|"
        "Lista das CPUs online|Lista de CPU(s) on-line|Lista de la(s) CPU(s) en línea|"
        "Lista över aktiva CPU(er)|Liste de processeur(s) en ligne|Liste der Online-CPU(s)|"
        "Online CPU's-lijst|Online CPU('s)-lijst|Popis online CPU-a|Seznam zapnutých CPU|"
        "Tilkoblet cpu(er) liste|Çevrimiçi işlemci(ler) listesi|Списак присутних процесора|"
        "Список робочих ЦП|قائمة وحدات المعالجة المتصلة|オンラインになっている CPU のリスト|"
        "在线 CPU 列表|온라인 CPU 목록"
    ),
    "Off-line CPU(s) list": (
        "Danh sách CPU ngoại tuyến|Frakoblet cpu(er) liste|"
        "Lista CPU-urilor în afara liniei (deconectate)|Lista das CPUs offline|"
        "Lista de CPU(s) off-line|Lista de la(s) CPU(s) fuera de línea|Lista nieaktywnych CPU|"
        "Lista över inaktiva CPU(er)|Liste de processeur(s) hors ligne|Liste der Offline-CPU(s)|"
        "Offline CPU's-lijst|Offline CPU('s)-lijst|Popis offline CPU-a|Seznam vypnutých CPU|"
        "Çevrimiçi işlemci listesi|Списак одсутних процесора|Список вимкнених ЦП|"
        "قائمة وحدة (وحدات) المعالجة المركزية غير المتصلة|オフラインになっている CPU のリスト|"
        "离线 CPU 列表|오프라인 CPU 목록"
    ),
    "Vendor ID": (
        "Anbieterkennung|Fabrikatzailearen IDa|ID Pembuat|ID de fabricante|ID de fornecedor|"
        "ID do fabricante|ID nhà sản xuất|ID producenta|ID proizvođača|ID výrobce|ID прроизводителя|"
        "Identifiant constructeur|Identificatorul producătorului|Leverandør-id|Producent-ID|"
        "Sağlayıcı Kimliği|Tillverkar-ID|Ідентифікатор виробника|ИД произвођача|معرف البائع|"
        "მომწოდებლის ID|ベンダー ID|ベンダーID|供應商識別號|厂商 ID|제조자 ID"
    ),
    "Model name": (
        "Ime modela|Mallinimi|Modellname|Modellnamn|Modelnaam|Modelnavn|Modem ismi|Nazwa modelu|"
        "Nom de modèle|Nombre del modelo|Nome do modelo|Numele modelului|Název modelu|Tên mô hình|"
        "Имя модели|Назва моделі|Назив модела|اسم الطراز|Მოდელის სახელი|モデル名|型号名称|모델 이름"
    ),
    "CPU family": (
        "CPU -ის ოჯახი|CPU familia|CPU ファミリー|CPU 家族|CPU 系列|CPU 계열|CPU-familie|CPU-familj|"
        "CPUファミリー|Familia de CPU|Familia de CPU-uri|Familia do CPU|Familija CPU-a|"
        "Famille de processeur|Família da CPU|Họ CPU|Keluarga CPU|Nhóm CPU|Prozessorfamilie|"
        "Rodina CPU|Rodzina CPU|İşlemci ailesi|Породица процесора|Семейство ЦПУ|"
        "Сімейство процесорів|عائلة وحدة المعالجة"
    ),
    "Model": ("Malli|Modell|Modelo|Modeloa|Modèle|Mô hình|Модел|Модель|الطراز|მოდელი|モデル|型号|型號|모델"),
    "Thread(s) per core": (
        "Core bakoitzeko hari kopurua|Draden per kern|Dretva po jezgri|Fire de execuție pe nucleu|"
        "Hilo(s) de procesamiento por núcleo|Mạch mỗi lõi|Số tuyến mỗi lõi|Thread(s) par cœur|"
        "Thread(s) per núcleo|Thread(s) pro Kern|Thread(s) setiap inti|Tråd(ar) per kärna|"
        "Tråde per kerne|Tópicos por núcleo|Vláken na jádro|Wątków na rdzeń|"
        "Çekirdek başına iş parçacığı|Нити по језгру|Потоків на ядро|خيوط لكل نواة|"
        "コアあたりのスレッド数|每个核的线程数|每核心執行緒數|코어 당 스레드"
    ),
    "Core(s) per cluster": (
        "Cœur(s) par cluster|Jader na klastr|Jezgr(a/e) po klasteru|Kern(e) pro Cluster|"
        "Kernen per cluster|Kärnor per kluster|Nuclee pe cluster|Núcleo(s) por cluster|"
        "Núcleo(s) por «cluster»|Núcleos por cluster|Rdzeni na klaster|Језгра по кластеру|"
        "Ядер на кластер|نوى لكل عنقود|クラスタあたりのコア数|클러스터 당 코어"
    ),
    "Core(s) per socket": (
        "Cœur(s) par socket|Inti setiap soket|Jader na patici|Jezgra po podnožju|Kern(e) pro Sockel|"
        "Kern(e) pro Socket|Kern(en) per voet|Kernen per voet|Kerner per sokkel|Kärn(or) per uttag|"
        "Lõi mỗi ổ cắm (socket)|Nuclee pe soclu|Núcleo(s) por soquete|Núcleo(s) por «socket»|"
        "Núcleos por socket|Rdzeni na gniazdo|Socket bakoitzeko core kopurua|Soket başına çekirdek|"
        "Số lõi mỗi đế cắm|Језгра по прикључници|Ядер на сокет|نوى لكل مقبس|ソケットあたりのコア数|"
        "每个座的核数|每通訊端核心數|소켓 당 코어 수"
    ),
    "Socket(s)": (
        "CPU podnožja|CPU-voet(en)|CPU-voeten|Gniazd|Patic|Sockel|Sockets|Socluri|Soket(ler)|Sokler|"
        "Soquete(s)|Số đế cắm|Uttag|«Socket(s)»|Прикључнице|Сокети|Сокетов|مقابس|Ổ cắm (socket)|"
        "ソケット数|座|소켓"
    ),
    "Cluster(s)": (
        "Cluster|Clustere|Klaster(i)|Klastrów|Klastrů|Kluster|«Cluster(s)»|Кластер(и)|Кластери|"
        "عناقيد|クラスタ数|클러스터"
    ),
    "CPU max MHz": (
        "CPU MHz máx.|CPU MHz máximos|CPU maks. MHz|CPU max frekvencija (MHz)|CPU max. MHz|"
        "CPU 最大 MHz|Frecvența maximă a procesorului în MHz|Maximale Taktfrequenz der CPU|"
        "Tần số đồng hồ CPU tối đa (MHz)|Vitesse maximale du processeur en MHz|"
        "max. CPU-frequentie (MHz)|İşlemci en yüksek MHz|Макс. частота процесора у МГц|"
        "Највише MHz процесора|أقصى ميغاهرتز لوحدة المعالجة|최대 CPU MHz"
    ),
    "NUMA node(s)": (
        "Modo(s) NUMA|NUMA düğümü(leri)|NUMA nod(er)|NUMA noduak|NUMA čvor(ovi)|NUMA чвор(ови)|"
        "NUMA კვანძ(ებ)-ი|NUMA ノード数|NUMA 節點|NUMA 节点|NUMA 노드|NUMA-Knoten|NUMA-knuder|"
        "NUMA-node(s)|NUMA-nodes|NUMAノード|Nodo(s) NUMA|Noduri NUMA|Nó(s) de NUMA|Nós NUMA|"
        "Nút NUMA|Nœud(s) NUMA|Titik NUMA|Uzly NUMA|Węzłów NUMA|Вузли NUMA|عقدة (عقد) NUMA"
    ),
    "Flags": (
        "Bandeiras|Bayraklar|Drapaux|Drapeaux|Fanioane|Flag|Flaggor|Flagi|Flagovi|Indicadores|Liput|"
        "Markierungen|Opções|Příznaky|Vlaggen|Опције|Прапорці|Флаги|أعلام|ალმები|フラグ|标记|플래그"
    ),
    "Hypervisor vendor": (
        "Constructeur d'hyperviseur|Fabricant hipervizor|Fabricante del hipervisor|"
        "Fabricante do hipervisor|Fabricante do hypervisor|Fornecedor do hipervisor|"
        "Hypervisor 供應商|Hypervisor-Anbieter|Hypervisor-earen fabrikatzailea|Hypervisorleverandør|"
        "Hypervisorproducent|Hypervisortillverkare|Hypervizör sağlayıcı|Nhà cung cấp bộ ảo hóa|"
        "Nhà sản xuất bộ mô phòng đồng thời|Pembuat Hypervisor|Producent hipernadzorcy|"
        "Proizvođač hipervizora|Výrobce hypervizoru|Виробник гіпервізора|Произвођач хипервизора|"
        "Разработчик гипервизора|بائع فرط المراقب|ハイパーバイザのベンダー|ハイパーバイザーベンダー|"
        "超管理器厂商|하이퍼바이저 제조"
    ),
    "Virtualization type": (
        "Birtualizazio moeta|Druh virtualizace|Kiểu mô phỏng|Kiểu ảo hóa|Sanallaştırma tipi|"
        "Tip virtualizacije|Tipe virtualisasi|Tipo de virtualización|Tipo de virtualização|"
        "Tipul de virtualizare|Typ wirtualizacji|Type de virtualisation|Virtualisatiesoort|"
        "Virtualisationstype|Virtualiseringstyp|Virtualisierungstyp|Vrsta virtualizacije|"
        "Врста виртуелизације|Тип виртуализации|Тип віртуалізації|نوع المحاكاة الافتراضية|"
        "仮想化タイプ|虚拟化类型|虛擬型態|가상화 형식"
    ),
}
"""Separated by bars, without the colon."""

BEFORE = "Cach[eé]|cache(?: de)?|Кеш|خبيئة|Bộ nhớ đệm|Vùng nhớ tạm"
CACHE = pattern(rf"(?:(?:{BEFORE}) )?(L[1-4][di]?)(?:[ -]?[^\W\d][^\d]*)?")
FIELD = pattern(r"([ \t]*)([^\s:：][^:：\n]{0,60}?)\s*[:：]([ \t]*)(.*)")

_names: dict[str, str] = {}


def english(name: str) -> str:
    """The English name of a field; the name itself where it is no other language's."""
    if not _names:
        _names.update((word, field) for field, words in WORDS.items() for word in words.split("|"))
    plain = " ".join(name.split())
    if plain in _names:
        return _names[plain]
    cache = CACHE.fullmatch(plain)
    return f"{cache[1]} cache" if cache and plain != cache[1] else plain


def translated(line: str) -> str:
    """A line with the field's English name, and its value where it stood on the terminal.

    Lines that a terminal broke go on below the value, and wide letters (East Asian Width) fill two columns.
    """
    found = FIELD.fullmatch(line)
    name = english(found[2]) if found else ""
    if not found or (name == found[2] and line.isascii()):
        return line
    if not name.isascii():
        name = "Other"
    width = _width(line[: found.start(4)])
    return f"{found[1]}{name}:".ljust(width) + found[4]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
