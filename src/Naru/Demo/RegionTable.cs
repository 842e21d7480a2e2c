namespace Naru.Demo;

/// <summary>A region by its English and Korean name, and what it is part of.</summary>
internal sealed record Region(string English, string Korean, string PartOf)
{
    public override string ToString() => $"{English} | {Korean} | {PartOf}";
}

/// <summary>What the demo's line servers know: all first-level regions of Korea, some of its cities, some of the world.</summary>
internal static class RegionTable
{
    private const string Korea = "South Korea 대한민국";

    public static readonly Region[] All =
    [
        new("Seoul", "서울특별시", Korea),
        new("Busan", "부산광역시", Korea),
        new("Daegu", "대구광역시", Korea),
        new("Incheon", "인천광역시", Korea),
        new("Gwangju", "광주광역시", Korea),
        new("Daejeon", "대전광역시", Korea),
        new("Ulsan", "울산광역시", Korea),
        new("Sejong", "세종특별자치시", Korea),
        new("Gyeonggi", "경기도", Korea),
        new("Gangwon", "강원특별자치도", Korea),
        new("Chungbuk", "충청북도", Korea),
        new("Chungnam", "충청남도", Korea),
        new("Jeonbuk", "전북특별자치도", Korea),
        new("Jeonnam", "전라남도", Korea),
        new("Gyeongbuk", "경상북도", Korea),
        new("Gyeongnam", "경상남도", Korea),
        new("Jeju", "제주특별자치도", Korea),
        new("Suwon", "수원시", "Gyeonggi 경기도"),
        new("Gwangju-si", "광주시", "Gyeonggi 경기도"),
        new("Gangneung", "강릉시", "Gangwon 강원특별자치도"),
        new("Chuncheon", "춘천시", "Gangwon 강원특별자치도"),
        new("Cheongju", "청주시", "Chungbuk 충청북도"),
        new("Gongju", "공주시", "Chungnam 충청남도"),
        new("Jeonju", "전주시", "Jeonbuk 전북특별자치도"),
        new("Mokpo", "목포시", "Jeonnam 전라남도"),
        new("Yeosu", "여수시", "Jeonnam 전라남도"),
        new("Gyeongju", "경주시", "Gyeongbuk 경상북도"),
        new("Andong", "안동시", "Gyeongbuk 경상북도"),
        new("Tongyeong", "통영시", "Gyeongnam 경상남도"),
        new("Seogwipo", "서귀포시", "Jeju 제주특별자치도"),
        new("Jongno-gu", "종로구", "Seoul 서울특별시"),
        new("Gangnam-gu", "강남구", "Seoul 서울특별시"),
        new("Mapo-gu", "마포구", "Seoul 서울특별시"),
        new("Haeundae-gu", "해운대구", "Busan 부산광역시"),
        new("Tokyo", "도쿄도", "Japan 일본"),
        new("Osaka", "오사카부", "Japan 일본"),
        new("Hokkaido", "홋카이도", "Japan 일본"),
        new("Okinawa", "오키나와현", "Japan 일본"),
        new("Beijing", "베이징시", "China 중국"),
        new("Shanghai", "상하이시", "China 중국"),
        new("Sichuan", "쓰촨성", "China 중국"),
        new("Taipei", "타이베이시", "Taiwan 대만"),
        new("Hanoi", "하노이", "Vietnam 베트남"),
        new("Chiang Mai", "치앙마이주", "Thailand 태국"),
        new("Bali", "발리주", "Indonesia 인도네시아"),
        new("Kerala", "케랄라주", "India 인도"),
        new("New South Wales", "뉴사우스웨일스주", "Australia 오스트레일리아"),
        new("Tasmania", "태즈메이니아주", "Australia 오스트레일리아"),
        new("Bavaria", "바이에른주", "Germany 독일"),
        new("Berlin", "베를린", "Germany 독일"),
        new("Brittany", "브르타뉴", "France 프랑스"),
        new("Catalonia", "카탈루냐", "Spain 스페인"),
        new("Lombardy", "롬바르디아주", "Italy 이탈리아"),
        new("Tuscany", "토스카나주", "Italy 이탈리아"),
        new("Scotland", "스코틀랜드", "United Kingdom 영국"),
        new("Wales", "웨일스", "United Kingdom 영국"),
        new("Zürich", "취리히주", "Switzerland 스위스"),
        new("Tyrol", "티롤주", "Austria 오스트리아"),
        new("California", "캘리포니아주", "United States 미국"),
        new("New York", "뉴욕주", "United States 미국"),
        new("Texas", "텍사스주", "United States 미국"),
        new("Ontario", "온타리오주", "Canada 캐나다"),
        new("Quebec", "퀘벡주", "Canada 캐나다"),
        new("Oaxaca", "오악사카주", "Mexico 멕시코"),
        new("Bahia", "바이아주", "Brazil 브라질"),
        new("Patagonia", "파타고니아", "Argentina, Chile 아르헨티나, 칠레"),
        new("Western Cape", "웨스턴케이프주", "South Africa 남아프리카 공화국"),
    ];

    /// <summary>Regions whose English or Korean name begins with <paramref name="name"/>, in any case; none for an empty name.</summary>
    public static IEnumerable<Region> Find(string name) => name.Length == 0
        ? []
        : All.Where(r => r.English.StartsWith(name, StringComparison.OrdinalIgnoreCase) || r.Korean.StartsWith(name, StringComparison.Ordinal));
}
