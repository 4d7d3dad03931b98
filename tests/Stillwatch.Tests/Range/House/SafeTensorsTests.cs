using Stillwatch.Range.House.Models;
using Xunit;

namespace Stillwatch.Tests.Range.House;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Read_WhenItWasWritten_ThenAllIsThere()
    {
        Write();
        var (tensors, about) = SafeTensors.Read(_path);
        Assert.Equal([2, 3], tensors["matrix"].Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6.5f], tensors["matrix"].Values);
        Assert.Equal([-0.5f], tensors["one"].Values);
        Assert.Equal("test", about["made_by"]);
        Assert.Equal(0, BitConverter.ToInt64(File.ReadAllBytes(_path)) % 8); // numbers begin where they may be mapped
    }

    [Fact]
    public void Read_WhenItIsCutOrChangedAnywhereInItsHeader_ThenItIsAFaultThatNamesTheFile_AndNothingElse()
    {
        Write();
        var whole = File.ReadAllBytes(_path);
        var header = 8 + (int)BitConverter.ToInt64(whole);
        for (var i = 0; i < whole.Length; i++)
        {
            File.WriteAllBytes(_path, whole[..i]);
            Assert.Contains(_path, Assert.Throws<InvalidDataException>(() => SafeTensors.Read(_path)).Message);
        }

        for (var i = 0; i < header; i++)
        {
            foreach (var change in (byte[])[0x01, 0x10, 0x80])
            {
                var changed = whole.ToArray();
                changed[i] ^= change;
                File.WriteAllBytes(_path, changed);
                try
                {
                    SafeTensors.Read(_path);
                }
                catch (InvalidDataException fault)
                {
                    Assert.Contains(_path, fault.Message);
                }
            }
        }
    }

    [Fact]
    public void Load_WhenWeightsBelongToAnotherModel_ThenThatIsSaid()
    {
        var folder = Directory.CreateTempSubdirectory("stillwatch-house-").FullName;
        try
        {
            Models.Small.Save(folder);
            Assert.Equal(Models.Small.Tensors["model.norm.weight"], HouseModel.Load(folder).Tensors["model.norm.weight"]);
            (Models.Small.Shape with { Hidden = 112 }).Save(Path.Combine(folder, "config.json"));
            Assert.Contains("another model", Assert.Throws<InvalidDataException>(() => HouseModel.Load(folder)).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Write() =>
        SafeTensors.Write(
            _path,
            [("matrix", [2, 3], [1, 2, 3, 4, 5, 6.5f]), ("one", [1], [-0.5f])],
            new Dictionary<string, string> { ["made_by"] = "test" }
        );
}
