using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class BatchPipelineTests
{
    [Fact]
    public void BatchPipeline_WhenAJobRuns_ThenTheTemplateStaysAndDocumentsDoNotRepeat()
    {
        var lines = SmallRange.Lines(SmallRange.Of("batch-pipeline", 8, days: 31));
        foreach (var pipeline in lines.GroupBy(SmallRange.Account))
        {
            Assert.All(pipeline, line => Assert.Equal(0, (double)line["request"]!["temperature"]!));
            Assert.True(pipeline.Select(line => SmallRange.Said(line)[..20]).Distinct().Count() <= 3);
            Assert.True(pipeline.Select(SmallRange.Said).Distinct().Count() > pipeline.Count() * 0.98);
        }
    }
}
