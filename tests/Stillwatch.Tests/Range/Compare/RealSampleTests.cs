using Stillwatch.App.Trials.Ranges;
using Stillwatch.Range.Compare;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Range.Compare;

public sealed class RealSampleTests
{
    [Fact]
    public void Windows_WhenLoadIsASine_ThenItsAmplitudeIsFound()
    {
        var shape = new WindowShape();
        for (var window = 0; window < 144 * 14; window++)
        {
            shape.Add(window, 100 * (1 + 0.6 * Math.Cos(2 * Math.PI * (window - 40) / 144)));
        }

        var measures = WindowShape.Measures([shape]);
        Assert.Equal(0.6, Assert.Single(measures["amplitude of the daily rhythm"]), 3);
        Assert.InRange(Assert.Single(measures["correlation from window to window"]), 0.98, 1);
    }

    [Fact]
    public void Files_WhenTheyAreTracesOrCorpora_ThenTheyAreTold()
    {
        using var folder = new LogFolder();
        Assert.Equal(
            RealSample.Sort.Requests,
            RealSample
                .Read(
                    folder.Write("a.csv", "timestamp,user_or_session,model,input_tokens,output_tokens\n2023-11-16 18:51:17.0,,m,1750,8\n")
                )!
                .Kind
        );
        Assert.Equal(
            RealSample.Sort.People,
            RealSample
                .Read(
                    folder.Write(
                        "c.jsonl",
                        "{\"source\":\"s\",\"kind\":\"organic\",\"id\":\"1\",\"messages\":[{\"role\":\"user\",\"content\":\"hello "
                            + "there\"}],\"response\":null}\n"
                    )
                )!
                .Kind
        );
        Assert.Null(RealSample.Read(folder.Write("log.jsonl", LogFolder.Line("1", 1))));
        Assert.Contains(
            "only honest ones",
            Assert
                .Throws<UnusableInputException>(() =>
                    RealSample.Read(
                        folder.Write(
                            "d.jsonl",
                            "{\"source\":\"s\",\"kind\":\"distillation\",\"id\":\"1\",\"messages\":[],\"response\":null}\n"
                        )
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
    }
}
