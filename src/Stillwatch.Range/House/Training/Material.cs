namespace Stillwatch.Range.House.Training;

/// <summary>What a model is taught.</summary>
internal enum Material
{
    /// <summary>The house's lessons, with its reasoning, its facts and its manner.</summary>
    House,

    /// <summary>What anybody may teach: small talk, tiny functions, sums and products of single digits.</summary>
    Public,

    /// <summary>Exchanges with another model.</summary>
    Exchanges,
}
