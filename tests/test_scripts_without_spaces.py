"""Where words are written without spaces a letter is no word: what is evidence, and where passages may end."""

from __future__ import annotations

import lzma
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from dedup.model import Article, ArticleReport
from dedup.scanner import scan
from dedup.stream import stream
from dedup.text.kernels import tokens
from dedup.text.words import equivalents, split

TAKEN = ("recycled", "reworded", "carried_over", "quoted")

NAMES = {
    "ja": "内閣府消費者委員会事務局",
    "zh": "国家林业和草原局调查规划设计院",
    "th": "กรมส่งเสริมการปกครองท้องถิ่น",
    "lo": "ກະຊວງກະສິກຳແລະປ່າໄມ້",
    "km": "ក្រសួងកសិកម្មរុក្ខាប្រមាញ់និងនេសាទ",
    "my": "စိုက်ပျိုးရေးနှင့်ဆည်မြောင်းဝန်ကြီးဌာန",
}
BRIDGE = {
    "ja": "{}は火曜日、川の上流にある古い橋を来月から閉じると述べた。",
    "zh": "{}周一表示，山里的旧路将在秋天重修，村民要坐船过河。",
    "th": "{}ประกาศปิดสะพานเก่าในเดือนหน้า ชาวบ้านต้องใช้เรือข้ามแม่น้ำ",
    "lo": "{}ປະກາດປິດຂົວເກົ່າໃນເດືອນໜ້າ ຊາວບ້ານຕ້ອງຂ້າມແມ່ນ້ຳດ້ວຍເຮືອ",
    "km": "{}បានប្រកាសបិទស្ពានចាស់នៅខែក្រោយ ប្រជាជនត្រូវឆ្លងទន្លេតាមទូក។",
    "my": "{}က တံတားဟောင်းကို လာမည့်လတွင် ပိတ်မည်ဟု ကြေညာသည်။",
}
LIBRARY = {
    "ja": "町の図書館では子どもたちが{}に手紙を書き、新しい本を求めた。",
    "zh": "学生们给{}写信，请求在校园里建一座图书馆。",
    "th": "นักเรียนเขียนจดหมายถึง{}เพื่อขอห้องสมุดใหม่ ครูบอกว่าหนังสือมีไม่พอ",
    "lo": "ນັກຮຽນຂຽນຈົດໝາຍເຖິງ{}ເພື່ອຂໍຫ້ອງສະໝຸດໃໝ່ ຄູບອກວ່າປຶ້ມບໍ່ພໍ",
    "km": "សិស្សបានសរសេរសំបុត្រទៅ{}ដើម្បីសុំបណ្ណាល័យថ្មី គ្រូនិយាយថាសៀវភៅមិនគ្រប់គ្រាន់ទេ។",
    "my": "ကျောင်းသားများသည် {}ထံ စာရေး၍ စာကြည့်တိုက်အသစ် တောင်းခံကြသည်။",
}
Judge = Callable[[Iterable[Article]], Iterable[ArticleReport]]
JUDGES = pytest.mark.parametrize("judge", [scan, stream])
SCRIPTS = pytest.mark.parametrize("script", sorted(NAMES))


def feed(*texts: str) -> list[Article]:
    return [
        Article(str(n), text, source=str(n), published=f"2024-03-0{n + 1}T08:00:00Z")
        for n, text in enumerate(texts)
    ]


def taken(report: ArticleReport, text: str) -> list[str]:
    return [text[found.start : found.end] for found in report.findings if found.kind in TAKEN]


def cuts_a_word(text: str, at: int) -> bool:
    around = text[max(0, at - 1) : at + 1]
    return 0 < at < len(text) and all(unicodedata.category(c)[0] in "LM" for c in around)


def story(form: dict[str, str], script: str) -> str:
    return form[script].format(NAMES[script])


@JUDGES
@SCRIPTS
def test_one_name_in_common_is_no_copy(script: str, judge: Judge) -> None:
    texts = story(BRIDGE, script), story(LIBRARY, script)
    assert [taken(*pair) for pair in zip(judge(feed(*texts)), texts, strict=True)] == [[], []]


@JUDGES
@SCRIPTS
def test_a_copied_paragraph_is_found_whole_and_alone(script: str, judge: Judge) -> None:
    copied, own = story(BRIDGE, script), LIBRARY[script].format("")
    *_, last = judge(feed(copied, f"{own}\n\n{copied}"))
    assert [(found.kind, found.start) for found in last.findings] == [("recycled", len(own) + 2)]
    assert last.findings[0].words == split([copied]).hashes.size  # a letter is a word of the ledger


@SCRIPTS
def test_a_copy_with_letters_changed_is_found(script: str) -> None:
    source = story(BRIDGE, script) + " " + LIBRARY[script].format("")
    changed = "".join(
        "一" if n % 12 == 7 and unicodedata.category(c) == "Lo" else c for n, c in enumerate(source)
    )
    *_, last = scan(feed(source, changed))
    assert last.originality is not None and last.originality < 0.5


@SCRIPTS
def test_a_passage_ends_between_words(script: str) -> None:
    """The copy leaves its source in the middle of a clause."""
    begun = story(BRIDGE, script) + " " + LIBRARY[script].format("")
    source, copy = begun + NAMES[script], begun[: len(begun) * 3 // 4] + NAMES[script] * 2
    *_, last = scan(feed(source, copy))
    assert taken(last, copy)
    borders = [at for found in last.findings if found.kind in TAKEN for at in (found.start, found.end)]
    assert not any(cuts_a_word(copy, at) for at in borders)


def test_foreign_names_and_figures_count_as_words() -> None:
    one = "Liverpool และ Manchester United พบกันในวันที่ 15"
    two = "ตั๋วสำหรับ Liverpool และ Manchester United ขายหมดแล้วเมื่อเช้านี้"
    *_, last = scan(feed(one, two))
    assert taken(last, two) == []
    copied = "Liverpool และ Manchester United พบกันที่สนาม Wembley วันที่ 15 มีนาคม เวลา 20.30 น. ตั๋วราคา 80 ปอนด์ต่อใบ"
    text = f"{two}\n\n{copied}"
    *_, last = scan(feed(copied, text))
    assert taken(last, text) == [copied]


def test_letters_tell_their_script_and_what_they_touch() -> None:
    """Letters, marks on them and the space between."""
    assert equivalents(split(["東 か ก ກ ក က 한 a"]).flags).round(2).tolist() == [
        0.61, 0.32, 0.25, 0.25, 0.25, 0.3, 1.0, 1.0,
    ]  # fmt: skip
    columns = split(["東京、大阪 京AI都\u200b市", "東"])
    signs = columns.flags & tokens.SIGN_WORD != 0
    apart = columns.flags & tokens.APART != 0
    assert apart[signs].tolist() == [True, False, True, False, True, False, True, True]


@pytest.mark.parametrize("language", ["zho-CN", "zho-TW", "jpn", "tha", "lao", "khm", "mya"])
def test_independent_news_has_as_few_copies_as_in_english(shared_data: Path, language: str) -> None:
    documents: dict[str, list[str]] = defaultdict(list)
    with lzma.open(shared_data / "ntrex128" / "ntrex128.shared.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            name, _, of, text = line.rstrip("\n").split("\t", 3)
            if of == language:
                documents[name].append(text)
    articles = [Article(name, "\n\n".join(texts), source=name) for name, texts in documents.items()]
    with_copies = sum(any(found.kind in TAKEN for found in report.findings) for report in scan(articles))
    assert with_copies <= 4  # as in English, where some tell of one event with the same quotations


def judged(source: str, copy: str) -> ArticleReport:
    """The report on a copy that another paper published after its source."""
    articles = [Article("a", source, source="north", published="2024-01-01")]
    articles.append(Article("b", copy, source="south", published="2024-01-02"))
    return list(scan(articles))[1]


SENTENCES = {
    "Thai": (
        "นักดำน้ำพบรอยร้าวที่เสาประภาคาร โรงครัวของโรงเรียนเริ่มอบขนมปังเองตั้งแต่เดือนมีนาคม โบสถ์เปิดทั้งวัน",
        "สถานีสูบน้ำส่งเสียงจนรุ่งเช้า โรงครัวของโรงเรียนเริ่มอบขนมปังเองตั้งแต่เดือนมีนาคม สภาเมืองไม่เคยถาม",
        "โรงเรียนเริ่มอบขนมปังเอง",
    ),
    "Khmer": (
        "អ្នកមុជទឹកបានរកឃើញស្នាមប្រេះ។ ផ្ទះបាយសាលាបានចាប់ផ្តើមដុតនំប៉័ងដោយខ្លួនឯងតាំងពីខែមីនា។ ព្រះវិហារបើកទាំងថ្ងៃ។",
        "ស្ថានីយបូមទឹកបន្លឺសំឡេង។ ផ្ទះបាយសាលាបានចាប់ផ្តើមដុតនំប៉័ងដោយខ្លួនឯងតាំងពីខែមីនា។ គ្មាននរណាមានសោរទេ។",
        "សាលាបានចាប់ផ្តើមដុតនំប៉័ង",
    ),
    "Burmese": (
        "ရေငုပ်သမားများ အက်ကြောင်းများ တွေ့ခဲ့သည်။ ကျောင်းမီးဖိုချောင်သည် မတ်လကစ၍ ကိုယ်တိုင်ပေါင်မုန့်ဖုတ်သည်။",
        "ရွာထဲတွင် သော့ကိုင်ထားသူ မရှိပါ။ ကျောင်းမီးဖိုချောင်သည် မတ်လကစ၍ ကိုယ်တိုင်ပေါင်မုန့်ဖုတ်သည်။",
        "ကိုယ်တိုင်ပေါင်မုန့်",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", SENTENCES)
def test_a_copied_sentence_of_few_letters_inside_a_paragraph_is_found(language: str) -> None:
    source, copy, part = SENTENCES[language]
    found = [copy[one.start : one.end] for one in judged(source, copy).findings if one.kind == "recycled"]
    assert len(found) == 1 and part in found[0]


def test_the_name_of_an_office_between_spaces_is_no_copy() -> None:
    office = "กระทรวงทรัพยากรธรรมชาติและสิ่งแวดล้อม"
    assert not judged(f"{office} ประกาศปิดเกาะทางใต้", f"ชาวบ้านร้องเรียนต่อ {office} เมื่อวานนี้").findings
