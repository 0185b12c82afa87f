"""What is typed on the way: said nowhere else, so that any trace of it can be found."""

from dataclasses import dataclass
from datetime import date, timedelta

from casework import clock


@dataclass(frozen=True)
class Family:
    """A mother, a father and a child who come home, and everything that is written about them."""

    mother: str = "Цэцэгбаатарсүрэн"
    mother_latin: str = "TSETSEGBAATARSUREN"
    mother_number: str = "УЖ86041523"
    mother_passport: str = "E9174053"
    mother_phone: str = "+82 10 7391 5528"
    mother_email: str = "khongorzul.away@example.org"
    father: str = "Ганзоригтбилэг"
    father_number: str = "ТЭ83112714"
    father_passport: str = "E8260917"
    child: str = "Номинсувданхүү"
    child_passport: str = "E7719204"
    ovog: str = "Боржигдойхүлэг"
    patronymic: str = "Дамдинсүрэнжав"
    safe_contact: str = "Зөвхөн оройн наймаас хойш, хадам эхгүй үед"
    need_note: str = "Инчоны угаалгын газарт ажиллаж байсан гэв"
    word: str = "Цагаан сараас өмнө заавал харина гэж өөрөө хэлэв"
    symptoms: str = "Хоолой нь сөөж үдээс хойш ханиав"
    circumstances: str = "Орчуулагч Дэлгэрмааням хажууд нь суув"
    found: str = "Аавынхаа айлд гурвуулаа нэг өрөөнд түр байна"
    goal: str = "Эсгий урлалын жижиг дархан болох санаатай"
    step: str = "Оёдлын Жүки машин авч цех эхлүүлэх"
    provider: str = "Хүнбишкүү оёдлын сургууль"
    given: str = "Ноосон даавуу арван тохой"
    service_given: str = "Зөвлөгөө хоёр удаагийн уулзалт"
    overdrawn: str = "Хоёр давхар цехийн түрээс"
    receiver: str = "Авагч Цэцэгбаатарсүрэн өөрөө"
    receipt: str = "БАРИМТ-77120"
    referred_for: str = "Нойр нь хулжиж шөнө айдаг болсон гэв"
    outcome: str = "Таван уулзалт хийж айдас нь намдав"
    visited: str = "Хоёр хүүхдийн дээл оёж зарсан байлаа"
    closing: str = "Зорьсондоо хүрлээ гэж баяртай хэлэв"

    def typed(self) -> list[str]:
        """Every text; numbers also without their blanks."""
        texts = [str(value) for value in vars(self).values()]
        return texts + [text.replace(" ", "") for text in texts if text.startswith("+")]


FAMILY = Family()
MOTHER_BORN, FATHER_BORN, CHILD_BORN = date(1986, 4, 15), date(1983, 11, 27), date(2017, 6, 9)


def days_ago(days: int) -> str:
    """A day as it is typed."""
    return (clock.today() - timedelta(days=days)).isoformat()


def in_days(days: int) -> str:
    return days_ago(-days)
