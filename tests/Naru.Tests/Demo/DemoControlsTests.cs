using Naru.Core.Config;
using Naru.Demo;

namespace Naru.Tests.Demo;

public class DemoControlsTests
{
    [Theory]
    [InlineData('k', nameof(DemoCondition.Dead))]
    [InlineData('K', nameof(DemoCondition.Dead))]
    [InlineData('h', nameof(DemoCondition.Hung))]
    [InlineData('s', nameof(DemoCondition.Slow))]
    [InlineData('r', nameof(DemoCondition.Well))]
    [InlineData('ㅏ', nameof(DemoCondition.Dead))]
    [InlineData('ㄱ', nameof(DemoCondition.Well))]
    public void LettersActOnTheChosenServer(char key, string condition)
    {
        var controls = new DemoControls();
        Assert.Null(controls.Press('5'));
        Assert.Equal(condition, controls.Press(key).ToString());
        Assert.Equal(4, controls.Selected);
    }

    [Fact]
    public void LoadStaysInItsBounds()
    {
        var controls = new DemoControls();
        for (var i = 0; i < 20; i++)
            controls.Press('+');
        Assert.Equal((800, 200), (controls.HttpRate, controls.TcpRate));
        for (var i = 0; i < 20; i++)
            controls.Press('-');
        Assert.Equal((25, 6), (controls.HttpRate, controls.TcpRate));
    }

    [Fact]
    public void OtherKeysDoNothing()
    {
        var controls = new DemoControls();
        foreach (var key in "07xyz \t\r\n")
            Assert.Null(controls.Press(key));
        Assert.Equal((0, 200, false, false, false), (controls.Selected, controls.HttpRate, controls.IsPaused, controls.IsHelpShown, controls.IsOver));
    }

    [Fact]
    public void PauseAndHelpToggleAndQEnds()
    {
        var controls = new DemoControls();
        controls.Press('p');
        controls.Press('?');
        Assert.True(controls.IsPaused && controls.IsHelpShown && !controls.IsOver);
        controls.Press('p');
        controls.Press('?');
        controls.Press('q');
        Assert.True(!controls.IsPaused && !controls.IsHelpShown && controls.IsOver);
    }

    [Fact]
    public void BalanceTurnsInTheLayerOfTheChosenServer()
    {
        var controls = new DemoControls();
        controls.Press('b');
        Assert.Equal((BalanceAlgorithm.LeastConnections, BalanceAlgorithm.LeastConnections), (controls.HttpBalance, controls.TcpBalance));
        controls.Press('4');
        controls.Press('ㅠ');
        Assert.Equal((BalanceAlgorithm.LeastConnections, BalanceAlgorithm.LeastTime), (controls.HttpBalance, controls.TcpBalance));
        for (var i = 0; i < 4; i++)
            controls.Press('b');
        Assert.Equal(BalanceAlgorithm.LeastConnections, controls.TcpBalance);
    }

    [Theory]
    [InlineData(null, "ko_KR.UTF-8", null, "나루 데모")]
    [InlineData(null, "en_US.UTF-8", null, "Naru demo")]
    [InlineData(null, "ko_KR.UTF-8", "C.UTF-8", "Naru demo")]
    [InlineData(null, "en_US.UTF-8", "ko_KR", "나루 데모")]
    [InlineData(null, null, "", "Naru demo")]
    [InlineData("en", "ko_KR.UTF-8", null, "Naru demo")]
    [InlineData("ko", null, null, "나루 데모")]
    public void LanguageIsTheOptionsThenTheLocales(string? option, string? lang, string? all, string title)
        => Assert.Equal(title, DemoText.For(option, name => name == "LANG" ? lang : all).Title);
}
