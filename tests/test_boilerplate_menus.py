"""Runs of menu lines: found on raw pages, and not in what an article lists, sings, quotes or says in few words."""

# ruff: noqa: E501 - a list of one kind stays on one line

from __future__ import annotations

import pytest

from dedup import words
from dedup.boilerplate import known_marks

LEADS = {
    "en": "The council of Harrow Falls has thought for a year about what it owes the island, and this is what came of it.",
    "de": "Der Rat von Unterwiesen hat ein Jahr lang darüber beraten, was er der Insel schuldet, und das kam dabei heraus.",
    "fr": "Le conseil de Valbrume a réfléchi pendant un an à ce qu'il doit à l'île, et voici ce qui en est sorti ce lundi.",
    "ru": "Совет Нижних Ключей целый год думал о том, что он должен острову, и вот что из этого вышло в понедельник утром.",
    "es": "El concejo de Valdeniebla pensó durante un año qué le debe a la isla, y esto es lo que resultó el lunes pasado.",
    "zh": "河口镇议会用了整整一年时间考虑它欠这个小岛什么，星期一上午终于公布了结果，许多居民冒雨来到码头旁边等候消息，希望早日知道答案。",
    "ar": "فكر مجلس بلدة وادي الرمان عاما كاملا في ما يدين به للجزيرة وهذا ما خرج به يوم الاثنين بعد نقاش طويل بين أعضائه.",
}  # fmt: skip
TAIL = {
    "en": "Nobody on the quay expected so much paper, and the harbour master said that he would read it when the ice is gone.",
    "de": "Niemand am Kai hatte mit so viel Papier gerechnet, und der Hafenmeister will es lesen, wenn das Eis geschmolzen ist.",
    "fr": "Personne sur le quai n'attendait autant de papier, et le capitaine du port le lira quand la glace aura disparu.",
    "ru": "Никто на причале не ждал столько бумаги, и начальник порта сказал, что прочтёт её, когда сойдёт лёд на реке.",
    "es": "Nadie en el muelle esperaba tanto papel, y el capitán del puerto dijo que lo leerá cuando se haya ido el hielo.",
    "zh": "码头上没有人想到会有这么多文件，港务长说，等到河里的冰化了以后他会仔细地把它从头到尾读一遍，然后再告诉大家他的看法和打算。",
    "ar": "لم يتوقع أحد على الرصيف كل هذا الورق وقال مدير الميناء إنه سيقرأه عندما يذوب الجليد عن النهر في الربيع القادم.",
}  # fmt: skip

LISTS = {
    "offices, de": "de|Rathaus Unterwiesen|Zimmer 12|Politik|Marktplatz 3|Wirtschaft|Mühlgasse 9|Kultur|Am Ufer 4|Sport|Torweg 1|Gesundheit|Schulweg 7|Reisen|Brückenstraße 5|Wissen|Hofgasse 2",
    "offices, fr": "fr|Mairie de Valbrume|Économie|Place du Marché 3|Culture|Rue du Moulin 9|Sport|Quai Neuf 4|Santé|Rue Haute 1|Politique|Chemin Vert 7|Voyages|Pont Vieux 5|Sciences|Cour Basse 2",
    "offices, ru": "ru|Ратуша|Политика|Рыночная площадь, 3|Экономика|Мельничная, 9|Культура|Набережная, 4|Спорт|Верхние ворота, 1|Общество|Школьная, 7|Наука|Мостовая, 5|Здоровье|Дворовая, 2",
    "offices, es": "es|Ayuntamiento|Economía|Plaza Mayor 3|Cultura|Calle del Molino 9|Deportes|Muelle 4|Salud|Puerta Alta 1|Política|Camino Verde 7|Viajes|Puente 5|Ciencia|Patio 2",
    "offices, zh": "zh|镇政府|经济|市场街三号|文化|磨坊路九号|体育|码头四号|健康|上门一号|教育|学校巷七号|旅游|桥街五号|科技|院子二号",
    "offices, ar": "ar|دار البلدية|اقتصاد|ساحة السوق 3|ثقافة|شارع الطاحونة 9|رياضة|الرصيف 4|صحة|الباب العالي 1|سياسة|طريق المدرسة 7|تعليم|شارع الجسر 5",
    "song": "en|Come home|Over the water|Come home|When the lamps are low|News|From the far harbour|Nobody knows|Come home|Weather|Carry the lantern|Travel|Turning again|Follow us|Slowly the tide",
    "verse, de": "de|Der Nebel kommt|Kultur|Auf leisen Sohlen|Politik|Und niemand weiß|Wohin|Wetter|Das Boot, es schweigt|Der Nebel geht|Sport|Und alles schläft|Startseite|Der Morgen auch",
    "code": "en|The pupils printed the lines that open the gate:|function openMenu() {|menu|search|login|submit|close|return false|}|settings|reply|next|previous|home|share|contact us",
    "code, fr": "fr|Les élèves ont imprimé les lignes qui ouvrent la barrière :|si (menu) {|recherche|connexion|fermer|accueil|retour = 0|}|contact|partager|imprimer|commentaires|suivant",
    "recipe": "en|Plum cake|200 g flour|Food|100 g butter|4 eggs|Health|1 kg plums|A pinch of salt|Lifestyle|Sugar|Travel|Cinnamon|Home|40 minutes",
    "cast": "en|Arts|Ann Lee: the widow|Tom Bell: the ferryman|Entertainment|Rosa Dorn: the child|Theatre|Ida Marsh: the wind|Music|Karl Voss|Reviews|Lights|Nina Roth|Video|Sets|Otto Lang",
    "timetable": "en|Monday|Brenford 6.10|Marrick 6.42|Travel|Quillby 7.05|Tuesday|Brenford 6.25|Sport|Marrick 6.57|Weather|Quillby 7.20|Local|Friday|No ferry|Events",
    "results": "en|Sport|Brenford 2 Marrick 1|Football|Quillby 0 Harrow 0|Results|Tarnmouth 3 Oslavik 3|Rugby|Brenford 14 Harrow 9|Tennis|Voss beat Lang|Golf|Roth 71|Cricket|Rain",
}  # fmt: skip

ADS = {
    "en": ("Advertisement", "The lock was drained on Tuesday.|Divers found the gate split in two.|Its oak had been patched with tar.|An engineer expected it to burst.|Barges wait in a long queue.|One skipper planted tomatoes on deck.|The board wants to borrow a gate.|It would travel by road.|The council meets next week.|Nobody expects an answer soon."),
    "de": ("Anzeige", "Die Schleuse wurde am Dienstag geleert.|Taucher fanden das Tor gespalten.|Die Eiche war mit Teer geflickt.|Ein Ingenieur rechnete mit dem Bruch.|Kähne warten in langer Reihe.|Ein Schiffer zieht Tomaten an Deck.|Das Amt will ein Tor borgen.|Es käme auf der Straße.|Der Rat tagt nächste Woche.|Niemand rechnet mit einer Antwort."),
    "fr": ("Publicité", "L'écluse a été vidée mardi matin.|Des plongeurs ont trouvé la porte fendue.|Le chêne avait été réparé au goudron.|Un ingénieur s'attendait à la rupture.|Les péniches attendent en file.|Un batelier cultive des tomates.|Le canal veut emprunter une porte.|Elle viendrait par la route.|Le conseil se réunit bientôt.|Personne n'attend de réponse."),
    "ru": ("Реклама", "Шлюз осушили во вторник утром.|Водолазы нашли ворота расколотыми.|Дуб был залатан смолой и свинцом.|Инженер ждал прорыва каждый час.|Баржи стоят в длинной очереди.|Один шкипер растит томаты на палубе.|Управление хочет занять ворота.|Их повезут по шоссе ночью.|Совет соберётся на той неделе.|Никто не ждёт скорого ответа."),
    "es": ("Publicidad", "La esclusa se vació el martes.|Los buzos hallaron la puerta partida.|El roble estaba remendado con brea.|Un ingeniero temía la rotura.|Las barcazas esperan en fila.|Un patrón cultiva tomates a bordo.|El canal quiere pedir una puerta.|Vendría por la carretera vieja.|El concejo se reúne pronto.|Nadie espera una respuesta pronto."),
    "zh": ("广告", "船闸星期二被抽干了。|潜水员发现闸门裂成两半。|橡木曾经用焦油修补过。|一名工程师担心它会裂开。|驳船排成了很长的队伍。|一位船长在甲板上种番茄。|管理局想借一扇闸门来用。|它要从公路上运过来。|镇议会下星期开会讨论。|没有人指望很快有答案。"),
}  # fmt: skip


def navigation(lines: list[str]) -> list[str]:
    text = "\n\n".join(lines)
    marks = known_marks(text, words.split([text]).paragraphs(0))
    return [text[mark.start : mark.end] for mark in marks if mark.reason == "navigation"]


@pytest.mark.parametrize("kind", LISTS)
def test_what_an_article_lists_is_no_menu(kind: str) -> None:
    language, *items = LISTS[kind].split("|")
    assert navigation([LEADS[language], *items, TAIL[language]]) == []
    assert navigation([LEADS[language], *items]) == [], "nor at the end of the article"


@pytest.mark.parametrize("language", ADS)
def test_short_sentences_between_advertisements_are_no_menu(language: str) -> None:
    word, sentences = ADS[language]
    between = [line for sentence in sentences.split("|") for line in (sentence, word)]
    assert navigation([LEADS[language], *between]) == []
    others = ["Read more", "Share", "Subscribe", "Comments", "Contact us", "Newsletter"]
    several = [line for at, one in enumerate(sentences.split("|")) for line in (one, others[at % 6])]
    assert not {one for one in sentences.split("|")} & set(navigation([LEADS[language], *several]))


def test_an_interview_is_no_menu() -> None:
    said = ["Did you see it?", "I did.", "Who else?", "My aunt.", "And then?", "We ran, of course."] * 4
    ads = ["Advertisement" if at % 3 == 2 else "" for at in range(len(said))]
    assert (
        navigation([LEADS["en"], *(line for pair in zip(said, ads, strict=True) for line in pair if line)])
        == []
    )


MENU = "Home|News|Politics|Business|Sport|Culture|Weather|Login|Subscribe|Newsletter|Search".split("|")
FOOTER = "Contact us|Privacy policy|Terms of use|Advertise|About us|Help|Jobs|Sitemap|Our other papers".split(
    "|"
)


def test_a_menu_above_and_below_an_article_is_found() -> None:
    text = [*MENU, "Island News", "The Bell", LEADS["en"], TAIL["en"], *FOOTER]
    found = navigation(text)
    assert {"Politics", "Island News", "Our other papers"} <= set(found)
    assert LEADS["en"] not in found and TAIL["en"] not in found


def test_a_list_in_the_article_of_a_raw_page_is_no_menu() -> None:
    _, *items = LISTS["offices, de"].split("|")
    found = navigation([*MENU, *[LEADS["de"]] * 5, *items, *[TAIL["de"]] * 5, *FOOTER])
    assert "Politics" in found and not (set(items) - set(MENU)) & set(found)


def test_a_wording_said_again_is_no_further_evidence() -> None:
    headings = [
        f"The {what} question" for what in ("water", "bread", "coal", "lamp", "rope", "salt", "tar", "oil")
    ]
    lines = [line for heading in headings for line in (heading, "Advertisement", "Share")]
    assert navigation([LEADS["en"], *lines, TAIL["en"]]) == []


def test_a_notice_at_the_pages_edge_makes_no_article_of_it() -> None:
    notice = "We use cookies so that the pages load faster, and we keep them on your device until you delete them or for up to a year at most."
    sections = "News|Politics|Business|Sport|Culture|Weather|Harbour people|Island walks".split("|")
    found = navigation([notice + " " + notice, *sections, *[LEADS["en"], TAIL["en"]] * 5, *FOOTER])
    assert {*sections, "Our other papers"} <= set(found)


def test_a_teaser_in_the_footer_of_a_raw_page_is_found_and_a_paragraph_is_not() -> None:
    teaser = "Twelve houses on the quay are to be sold before the winter storms come, and their tenants wonder why."
    found = navigation([*MENU, *[LEADS["en"], TAIL["en"]] * 5, *FOOTER[:5], teaser, *FOOTER[5:]])
    assert teaser in found
    found = navigation([*MENU, *[LEADS["en"], TAIL["en"]] * 5, *FOOTER[:5], *[teaser] * 3, *FOOTER[5:]])
    assert not {LEADS["en"], TAIL["en"]} & set(found)


def test_a_long_menu_with_a_line_of_code_left_in_is_a_menu() -> None:
    long = [f"{name} {kind}" for kind in ("today", "archive", "photos") for name in MENU]
    article = [LEADS["en"], TAIL["en"]] * 3
    inset = ["Share", "Subscribe", "Newsletter", "{* welcomeName *}", *long]
    found = navigation([*MENU, *article, *inset, *article, *FOOTER])
    assert "Culture photos" in found
